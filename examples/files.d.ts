/** What a page is when a script imports it. */
declare module "*.html" {
  const text: string;
  export default text;
}
