package org.dl4jplugins.mtl.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes .npy files for tests, after NumPy's description of the format. */
final class Npy {

    private Npy() {}

    static Path write(Path file, String shape, float... values) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return write(file, "<f4", false, shape, data.array());
    }

    static Path write(Path file, String type, boolean columnMajor, String shape, byte[] data)
            throws IOException {
        String order = columnMajor ? "True" : "False";
        String header =
                "{'descr': '"
                        + type
                        + "', 'fortran_order': "
                        + order
                        + ", 'shape': "
                        + shape
                        + ", }";
        header += " ".repeat(63 - (10 + header.length()) % 64) + "\n";
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + header.length() + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        bytes.putShort((short) header.length());
        bytes.put(header.getBytes(StandardCharsets.ISO_8859_1)).put(data);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes.array());
    }
}
