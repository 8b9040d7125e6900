import type { Random } from "./ports/random.js";
import { createSecret as secretFrom } from "./sealing/secret.js";
import { systemRandom } from "./system.js";

/** Makes a room secret: 256 random bits as 43 characters base64url. Keep it like a key: it is the room's only one. */
export const createSecret = (random: Random = systemRandom): string => secretFrom(random);
