// Keeps every file of the build, so that the app opens without a network. Notes are not its business: the room
// keeps those. Built by scripts/precache.ts, which fills in the two constants.

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface WorkerFetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
// What of a service worker's global scope is used here; TypeScript's page and worker libraries exclude each other.
declare const self: {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  readonly registration: { readonly scope: string };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: WorkerEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: WorkerFetchEvent) => void): void;
};

const files: string | readonly string[] = "__FILES__";
// The same app may live in another folder of the same site, with files of its own.
const cachePrefix = `notes ${self.registration.scope} `;
const cacheName = `${cachePrefix}__VERSION__`;

const keepFiles = async (): Promise<void> => {
  const cache = await caches.open(cacheName);
  // `reload` passes by the browser's own cache, which may still hold an older build's index.html.
  await cache.addAll([files].flat().map((file) => new Request(file, { cache: "reload" })));
  // Nothing is loaded late, so a page of the older build does not miss the files of its own cache.
  await self.skipWaiting();
};

const dropOlderCaches = async (): Promise<void> => {
  for (const name of await caches.keys()) {
    if (name.startsWith(cachePrefix) && name !== cacheName) await caches.delete(name);
  }
  await self.clients.claim();
};

const answer = async (request: Request): Promise<Response> => {
  const cache = await caches.open(cacheName);
  // Every file is the same for everyone, even where a server says `Vary: Origin`.
  const options = { ignoreSearch: true, ignoreVary: true };
  const kept = await cache.match(request, options);
  return kept ?? fetch(request);
};

self.addEventListener("install", (event) => event.waitUntil(keepFiles()));
self.addEventListener("activate", (event) => event.waitUntil(dropOlderCaches()));
self.addEventListener("fetch", (event) => {
  const sameSite = new URL(event.request.url).origin === self.location.origin;
  if (event.request.method === "GET" && sameSite) event.respondWith(answer(event.request));
});

export {};
