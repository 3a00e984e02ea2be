import { z } from "zod";

const Order = z.object({
  item: z.string().min(2),
  count: z.coerce.number().int().positive(),
  when: z.iso.date().optional(),
});

export default {
  async fetch(request: Request): Promise<Response> {
    const result = Order.safeParse(await request.json());
    if (result.success) return Response.json(result.data);
    return new Response(z.prettifyError(result.error), { status: 400 });
  },
};
