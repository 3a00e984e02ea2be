/*
 * What the driver uses of QuickJS-ng 0.17 as quickjs-wasi 3.6 exports it, on wasm32, where a value
 * is 64 bits: its kind above, and an integer or an address below; other bit patterns are floats.
 */
#ifndef NOOS_SCRIPT_ENGINE_H
#define NOOS_SCRIPT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t Value;
typedef struct Runtime Runtime;
typedef struct Context Context;
typedef struct Module Module;

#define VALUE_OF(kind, content) (((uint64_t)(uint32_t)(kind) << 32) | (uint32_t)(content))
#define UNDEFINED VALUE_OF(3, 0)
#define EXCEPTION VALUE_OF(6, 0)

enum { kind_symbol = -8, kind_string = -7, kind_string_rope = -6, kind_module = -3, kind_object = -1, kind_int = 0 };

static inline int32_t kind_of(Value value) { return (int32_t)(value >> 32); }
static inline void *address_of(Value value) { return (void *)(uintptr_t)(uint32_t)value; }
static inline bool is_exception(Value value) { return kind_of(value) == 6; }
static inline bool is_string(Value value) {
  return kind_of(value) == kind_string || kind_of(value) == kind_string_rope;
}
static inline Value integer(int32_t number) { return VALUE_OF(kind_int, number); }

/* How a native function is called. */
typedef Value Native(Context *context, Value self, int count, Value *arguments);
typedef void RejectionTracker(Context *context, Value promise, Value reason, bool handled, void *);

enum { eval_module = 1, eval_compile_only = 1 << 5 };
enum { write_bytecode = 1, write_without_source = 1 << 4 };
enum { read_bytecode = 1 };
enum { promise_pending = 0, promise_fulfilled = 1, promise_rejected = 2 };

Runtime *JS_NewRuntime(void);
Context *JS_NewContext(Runtime *);
void JS_SetGCThreshold(Runtime *, size_t bytes);
void JS_SetHostPromiseRejectionTracker(Runtime *, RejectionTracker *, void *);
int JS_ExecutePendingJob(Runtime *, Context **context);
void JS_RunGC(Runtime *);

Value JS_GetGlobalObject(Context *);
Value JS_NewObject(Context *);
Value JS_NewStringLen(Context *, const char *bytes, size_t length);
Value JS_NewStringUTF16(Context *, const uint16_t *units, size_t length);
Value JS_NewNumber(Context *, double);
Value JS_NewUint8ArrayCopy(Context *, const uint8_t *bytes, size_t length);
Value JS_NewCFunction2(Context *, Native *, const char *name, int length, int kind, int magic);
void JS_FreeValue(Context *, Value);
Value JS_DupValue(Context *, Value);

Value JS_NewArray(Context *);
int JS_SetPropertyUint32(Context *, Value object, uint32_t index, Value);
int JS_SetPropertyStr(Context *, Value object, const char *name, Value);
Value JS_GetPropertyStr(Context *, Value object, const char *name);
int JS_ToInt32(Context *, int32_t *result, Value);
int JS_ToFloat64(Context *, double *result, Value);
const char *JS_ToCStringLen2(Context *, size_t *length, Value, bool surrogates);
void JS_FreeCString(Context *, const char *);
uint8_t *JS_GetUint8Array(Context *, size_t *length, Value);

Value JS_Call(Context *, Value function, Value self, int count, Value *arguments);
Value JS_Throw(Context *, Value);
Value JS_GetException(Context *);
Value JS_ThrowInternalError(Context *, const char *format, ...);
Value JS_ThrowRangeError(Context *, const char *format, ...);
Value JS_ThrowTypeError(Context *, const char *format, ...);

Value JS_ParseJSON(Context *, const char *text, size_t length, const char *name);
Value JS_Eval(Context *, const char *source, size_t length, const char *name, int flags);
Value JS_EvalFunction(Context *, Value);
Value JS_GetModuleNamespace(Context *, Module *);
int JS_ResolveModule(Context *, Value);
uint8_t *JS_WriteObject(Context *, size_t *length, Value, int flags);
Value JS_ReadObject(Context *, const uint8_t *bytes, size_t length, int flags);
bool JS_IsProxy(Value);
int JS_PromiseState(Context *, Value);

void *malloc(size_t);
void *memset(void *, int, size_t);
void free(void *);
size_t strlen(const char *);

#endif
