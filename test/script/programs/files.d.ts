/** What files are when a script imports them: docs/manual/script.md. */
declare module "*.bin" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.txt" {
  const text: string;
  export default text;
}
