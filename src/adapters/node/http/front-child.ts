/** An OS process with a front on the handle it is sent: what an executor is to a daemon. */
import type { Server } from "node:net";
import { HttpFront } from "./front.ts";

process.on("message", (_message, handle) => {
  void HttpFront.listen(
    { kind: "handle", handle: handle as Server },
    {
      arrived: (request) => {
        const isLast = request.head.target === "/last";
        if (isLast) process.exit(1);
        request.respond({ status: 200, fields: [] }, Buffer.from(`${process.pid}`));
      },
    },
  ).then((front) => process.send?.(front.address));
});
