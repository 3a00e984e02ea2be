/**
 * Cryptography of the web: the engine's, and what it lacks.
 *
 * Knows: Ed25519 and keys as JWK, which are made of the engine's pieces and @noble/ed25519.
 * Must hold: chance comes from the host, call by call; nothing of it is kept.
 * Never imports: anything of the prelude.
 */
export { completeCrypto } from "./complete.ts";
