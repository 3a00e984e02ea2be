// json [COUNT]: parses a document of 40 KB into values: branches on bytes, recursion, small stores.
#include "../lib/kernel.h"

enum { TEXT_MAX = 65536, DEPTH_MAX = 64 };

static char text[TEXT_MAX];
static uint32_t text_length;

static void add(const char *piece) {
  uint32_t length = strlen(piece);
  memcpy(text + text_length, piece, length);
  text_length += length;
}

static void add_number(uint64_t number) {
  char digits[21] = {0};
  int at = 20;
  do digits[--at] = '0' + number % 10;
  while ((number /= 10) > 0);
  add(digits + at);
}

static void write_document(void) {
  add("[");
  for (int i = 0; i < 300; i++) {
    add(i ? ",\n  {\"id\": " : "\n  {\"id\": ");
    add_number((uint64_t)i);
    add(", \"name\": \"guest \\\"number\\\" \\u00e9\", \"at\": [-");
    add_number(next_number() % 1000000);
    add(".25, ");
    add_number(next_number() % 100);
    add("e3, null], \"tags\": {\"wild\": true, \"tame\": false, \"deep\": [[[]]]}}");
  }
  add("\n]");
}

struct parser { const char *at, *end; uint64_t checksum; int depth; };

static int parse_value(struct parser *parser);

static void skip_space(struct parser *parser) {
  while (parser->at < parser->end &&
         (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\t')) parser->at++;
}

static int take(struct parser *parser, char wanted) {
  skip_space(parser);
  if (parser->at == parser->end || *parser->at != wanted) return 0;
  parser->at++;
  return 1;
}

static int parse_word(struct parser *parser, const char *word, uint64_t value) {
  for (; *word; word++, parser->at++)
    if (parser->at == parser->end || *parser->at != *word) return 0;
  parser->checksum = fold(parser->checksum, value);
  return 1;
}

static int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

static int parse_escape(struct parser *parser) {
  char kind = *parser->at++;
  if (kind != 'u') return kind;
  int code = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(*parser->at++);
    if (digit < 0) return -1;
    code = code << 4 | digit;
  }
  return code;
}

static int parse_string(struct parser *parser) {
  while (parser->at < parser->end) {
    int code = (uint8_t)*parser->at++;
    if (code == '"') return 1;
    if (code == '\\') code = parse_escape(parser);
    if (code < 0) return 0;
    parser->checksum = fold(parser->checksum, (uint64_t)code);
  }
  return 0;
}

static double parse_digits(struct parser *parser) {
  double value = 0;
  while (parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9')
    value = value * 10 + (*parser->at++ - '0');
  return value;
}

static int parse_json_number(struct parser *parser) {
  int negative = take(parser, '-');
  double value = parse_digits(parser);
  if (*parser->at == '.') {
    const char *start = ++parser->at;
    double fraction = parse_digits(parser);
    for (const char *at = start; at < parser->at; at++) fraction /= 10;
    value += fraction;
  }
  if (*parser->at == 'e') {
    parser->at++;
    for (double power = parse_digits(parser); power > 0; power--) value *= 10;
  }
  if (negative) value = -value;
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  parser->checksum = fold(parser->checksum, bits);
  return 1;
}

static int parse_list(struct parser *parser) {
  if (take(parser, ']')) return 1;
  do
    if (!parse_value(parser)) return 0;
  while (take(parser, ','));
  return take(parser, ']');
}

static int parse_object(struct parser *parser) {
  if (take(parser, '}')) return 1;
  do
    if (!take(parser, '"') || !parse_string(parser) || !take(parser, ':') || !parse_value(parser))
      return 0;
  while (take(parser, ','));
  return take(parser, '}');
}

static int parse_value(struct parser *parser) {
  skip_space(parser);
  if (parser->at == parser->end || parser->depth == DEPTH_MAX) return 0;
  parser->depth++;
  int fine;
  switch (*parser->at) {
    case '{': parser->at++; fine = parse_object(parser); break;
    case '[': parser->at++; fine = parse_list(parser); break;
    case '"': parser->at++; fine = parse_string(parser); break;
    case 't': fine = parse_word(parser, "true", 1); break;
    case 'f': fine = parse_word(parser, "false", 2); break;
    case 'n': fine = parse_word(parser, "null", 3); break;
    default: fine = parse_json_number(parser);
  }
  parser->depth--;
  return fine;
}

int main(int argc, char **argv) {
  uint64_t count = count_from(argc, argv, 6000), checksum = 0;
  write_document();
  for (uint64_t i = 0; i < count; i++) {
    struct parser parser = {.at = text, .end = text + text_length};
    if (!parse_value(&parser)) return 1;
    checksum = fold(checksum, parser.checksum);
    text[17] ^= 1;
  }
  return print_checksum(checksum);
}
