/** A NuGet feed on this machine's loopback with one package, which can be made to misbehave at any of its addresses. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { zipArchive } from './zipArchive.ts';

export const PACKAGE = 'microsoft.ml.onnxruntime.gpu.linux';
export const VERSION = '1.30.0';

export const PATHS = {
  index: '/v3/index.json',
  leaf: `/registration/${PACKAGE}/${VERSION}.json`,
  entry: `/catalog/data/${PACKAGE}.${VERSION}.json`,
  package: `/flat/${PACKAGE}/${VERSION}/${PACKAGE}.${VERSION}.nupkg`,
};

/** Large enough to arrive in many pieces. */
export const LIBRARIES = {
  'runtimes/linux-x64/native/libonnxruntime_providers_shared.so': randomBytes(20_000),
  'runtimes/linux-x64/native/libonnxruntime_providers_cuda.so': randomBytes(3_000_000),
};

export class NugetServer {
  /** What is asked for, in order. */
  readonly requests: string[] = [];
  /** Answers in place of the feed's own. */
  readonly answers = new Map<string, (response: ServerResponse) => void>();
  #archive = zipArchive({ 'a.nuspec': '<package/>', 'lib/other.dll': 'x', ...LIBRARIES });
  /** Fields of the catalog entry that are not as they should be. */
  entry: Readonly<Record<string, unknown>> = {};
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(this.#answer);
  }

  static async start(): Promise<NugetServer> {
    const server = new NugetServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get archive(): Buffer {
    return this.#archive;
  }

  /** What is in the package instead; the index tells its hash. */
  set archive(archive: Buffer) {
    this.#archive = archive;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get index(): string {
    return this.origin + PATHS.index;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  readonly #answer: RequestListener = (request, response) => {
    const path = request.url ?? '';
    this.requests.push(path);
    const answer = this.answers.get(path);
    if (answer !== undefined) answer(response);
    else if (path === PATHS.package) response.end(this.#archive);
    else {
      const content = this.#json()[path];
      response.statusCode = content === undefined ? 404 : 200;
      response.end(JSON.stringify(content));
    }
  };

  #json(): Readonly<Record<string, unknown>> {
    const service = (type: string, path: string) => ({ '@id': this.origin + path, '@type': type });
    return {
      [PATHS.index]: {
        version: '3.0.0',
        resources: [
          service('SearchQueryService', '/query'),
          service('RegistrationsBaseUrl', '/registration/'),
          service('PackageBaseAddress/3.0.0', '/flat/'),
        ],
      },
      [PATHS.leaf]: { catalogEntry: this.origin + PATHS.entry, listed: true },
      [PATHS.entry]: {
        id: 'Microsoft.ML.OnnxRuntime.Gpu.Linux',
        version: VERSION,
        packageHash: createHash('sha512').update(this.#archive).digest('base64'),
        packageHashAlgorithm: 'SHA512',
        packageSize: this.#archive.length,
        ...this.entry,
      },
    };
  }
}
