import type { LaunchOptions } from "playwright-core";

export declare const findChromium: () => string | undefined;
export declare const findFirefox: () => string | undefined;
export declare const chromiumLaunch: () => LaunchOptions;
export declare const firefoxLaunch: () => LaunchOptions;
