/** The end of a WebSocket that a program keeps. */
export interface AcceptingSocket extends WebSocket {
  /** The program takes what comes to this end from now on. */
  accept(): void;
}

/** Names that the web has not, and that a program finds around it. */
declare global {
  /** Both ends of one WebSocket: one is for an answer of status 101, the other the program's. */
  var WebSocketPair: new () => { readonly 0: WebSocket; readonly 1: AcceptingSocket };

  interface ResponseInit {
    /** The end that the client gets. Of an answer with status 101. */
    webSocket?: WebSocket | null;
  }
}
