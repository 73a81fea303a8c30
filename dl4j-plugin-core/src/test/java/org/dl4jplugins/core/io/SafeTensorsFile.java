package org.dl4jplugins.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes safetensors files byte by byte, right or wrong. */
final class SafeTensorsFile {
    private SafeTensorsFile() {}

    /** The header as given, and that many zeros after it. */
    static byte[] bytes(String header, int data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return bytes(json.length, json, data);
    }

    static byte[] bytes(long length, byte[] json, int data) {
        return ByteBuffer.allocate(8 + json.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(json)
                .array();
    }

    static Path write(Path folder, byte[] content) throws IOException {
        return Files.write(folder.resolve("model.safetensors"), content);
    }
}
