/**
 * `noos deploy` and `noos plan`: from an app file of this machine to an app that runs.
 *
 * Knows: in which order things are looked at and handed over, and when an app that was deployed is
 * taken for up.
 * Must hold: nothing changes before all that is needed is there: the manifest is sound, secrets
 * are set, images are uploaded; what is wrong with an image is said at its place in the manifest.
 * Never imports: how running things are shown.
 * Start reading at `deploy.ts`; what is handed over is made ready by `app-file`.
 */
export { checkApp, deploy } from "./deploy.ts";
export { plan } from "./plan.ts";
