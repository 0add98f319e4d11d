/** A model from a hub on loopback to a disk that is full, too small, or read-only. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectModel, SHARDS, useGetModel } from '../../support/getModel.ts';
import { runCli } from '../../support/runCli.ts';
import { mountSmallDisk } from '../../support/smallDisk.ts';

const get = useGetModel();

describe('a disk', () => {
  const NOT_ALLOWED = 'this user may not mount a file system of its own';

  it('that is full says so, keeps what it has, and goes on when there is room', async (context) => {
    const disk = await mountSmallDisk(path.join(get.temp, 'disk'), 'size=300k');
    if (disk === undefined) return context.skip(NOT_ALLOWED);
    try {
      const { status, stderr } = await runCli(get.command());
      expect(status).toBe(1);
      expect(stderr).toMatch(/^There is no space left for .*\. Free some, and try again\.\n$/);
      const nBefore = get.server.requests.length;
      await disk.remount('size=20m');
      await expectModel(get);
      const ranges = get.server.requests.slice(nBefore).map(({ range }) => range);
      expect(ranges.some((range) => range !== undefined && range !== 'bytes=0-')).toBe(true);
    } finally {
      await disk.unmount();
    }
  });

  it('that is full in the import: the source stays, and is not fetched again', async (context) => {
    const disk = await mountSmallDisk(path.join(get.temp, 'disk'), 'size=700k');
    if (disk === undefined) return context.skip(NOT_ALLOWED);
    try {
      const { status, stderr } = await runCli(get.command());
      expect(status).toBe(1);
      expect(stderr).toMatch(/The disk is full/);
      const nBefore = get.server.requests.length;
      await disk.remount('size=20m');
      await expectModel(get);
      expect(get.server.requests).toHaveLength(nBefore + 1);
    } finally {
      await disk.unmount();
    }
  });

  it('that has too little room is not begun with', async (context) => {
    const disk = await mountSmallDisk(path.join(get.temp, 'disk'), 'size=20m');
    if (disk === undefined) return context.skip(NOT_ALLOWED);
    try {
      const { status, stderr } = await runCli(get.command().filter((word) => word !== '--anyway'));
      expect(status).toBe(1);
      expect(stderr).toMatch(/^It needs 0\.2 GB of the disk, and 0\.0 GB are free\. With --anyway/);
      expect(get.server.requestsFor(SHARDS[0]!)).toEqual([]);
    } finally {
      await disk.unmount();
    }
  });

  it('that cannot be written', async (context) => {
    const disk = await mountSmallDisk(path.join(get.temp, 'disk'), 'size=1m,ro');
    if (disk === undefined) return context.skip(NOT_ALLOWED);
    try {
      const { status, stderr } = await runCli(get.command());
      expect(status).toBe(1);
      expect(stderr).toMatch(/cannot be written\. Allow that, and try again\.\n$/);
    } finally {
      await disk.unmount();
    }
  });
});
