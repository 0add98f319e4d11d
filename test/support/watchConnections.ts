/**
 * Loaded first into a process or a thread, this writes down every way out that is tried: a line in the file that
 * CONNECTIONS_FILE names. Ways that JavaScript has are wrapped; for those of native code, the sockets that the process
 * has are looked at again and again (Linux), and each that was not there at the beginning is a line.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

const EVERY_MS = 2;

function tell(way: string): void {
  appendFileSync(process.env['CONNECTIONS_FILE']!, `${way}\n`);
}

type Functions = Record<string, ((...args: unknown[]) => unknown) | undefined>;

function watch(name: string, holder: object, ...methods: string[]): void {
  const functions = holder as Functions;
  for (const method of methods) {
    const original = functions[method];
    if (original === undefined) continue;
    functions[method] = function (this: unknown, ...args: unknown[]) {
      tell(`${name}.${method}`);
      return original.apply(this, args);
    };
  }
}

watch('Socket', net.Socket.prototype, 'connect');
watch('Server', net.Server.prototype, 'listen');
watch('tls', tls, 'connect');
watch('dns', dns, 'lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny');
watch('dns.promises', dns.promises, 'lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny');
watch('http', http, 'request', 'get');
watch('https', https, 'request', 'get');
watch('http2', http2, 'connect');
watch('dgram', dgram.Socket.prototype, 'bind', 'connect', 'send');
watch('global', globalThis, 'fetch', 'WebSocket', 'EventSource');
syncBuiltinESMExports();

const seen = new Set(sockets());
const timer = setInterval(lookAtSockets, EVERY_MS);
timer.unref();
process.on('exit', lookAtSockets);

function lookAtSockets(): void {
  for (const inode of sockets()) {
    if (!seen.has(inode)) tell(`a new socket: ${kindOf(inode)}`);
    seen.add(inode);
  }
}

/** The inodes of the sockets that this process has, whoever opened them. */
function sockets(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

function kindOf(inode: string): string {
  const tables = ['unix', 'tcp', 'tcp6', 'udp', 'udp6', 'raw', 'netlink'];
  const isIn = (table: string) =>
    readFileSync(`/proc/self/net/${table}`, 'utf8').split(/\s+/).includes(inode);
  return tables.find(isIn) ?? 'unknown';
}
