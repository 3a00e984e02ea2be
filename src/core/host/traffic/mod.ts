/**
 * The ports of traffic: requests that come to a process, and those it makes, as types.
 *
 * Knows: the shapes of requests, responses, WebSockets; neither how they travel (an adapter's)
 * nor which process they are for (pool/ingress).
 * Must hold: as for all ports, what answers later answers once and never inside the asking call;
 * heads are plain data; bodies and messages flow with back-pressure: nobody holds more than one
 * piece that the other side did not ask for.
 * Never imports: anything but core/sys and core/host.
 */
export type {
  Closing,
  Fields,
  IncomingRequest,
  Inlet,
  Message,
  MessageChannel,
  OutgoingRequest,
  Outlet,
  RequestHead,
  ResponseHead,
} from "./traffic.ts";
