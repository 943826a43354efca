/**
 * Byte streams that are web streams, and typed reading and writing over them.
 *
 * @module
 */
export * from "./byte_order.ts";
export * from "./data_reader.ts";
export * from "./data_writer.ts";
export * from "./input_stream.ts";
export * from "./input_stream_options.ts";
export * from "./input_stream_source.ts";
export * from "./output_stream.ts";
export * from "./output_stream_sink.ts";
export * from "./unicode_encoding.ts";
