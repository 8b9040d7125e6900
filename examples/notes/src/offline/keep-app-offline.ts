/**
 * Lets a built app open without a network. Does nothing in development, where files change all the time, and in
 * browsers or contexts without service workers: the app then needs the network to start, and nothing else is lost.
 */
export const keepAppOffline = async (): Promise<void> => {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(new URL("sw.js", document.baseURI));
  } catch {
    // Forbidden by a policy or a private window: see above.
  }
};
