/**
 * Cryptography of the web: the engine's, and what it lacks.
 *
 * Knows: what the standard asks of algorithms and keys, and Ed25519, AES-KW and formats of keys,
 * which are made of the engine's pieces and @noble/ed25519.
 * Must hold: a program's key does what it is for and nothing else, whatever the engine's can; what
 * the engine would do otherwise than it is told is refused; chance comes from the host, call by
 * call, and nothing of it is kept.
 * Never imports: anything of the prelude.
 * Start reading at `complete.ts`.
 */
export { completeCrypto } from "./complete.ts";
export { cloneKey } from "./keys.ts";
