package org.dl4jplugins.mtl.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A NumPy {@code .npy} file as floats. Types: float and double, integers of 8 to 64 bits, booleans,
 * either byte order, row-major or column-major. What the header claims is compared with the file's
 * size before memory is reserved.
 *
 * @param shape length of each axis
 * @param values row-major: last axis fastest
 */
record NpyArray(int[] shape, float[] values) {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_HEADER = 1 << 16;
    private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([<>=|])([fiub])([1248])'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9L,\\s]*)\\)");

    /**
     * Reads a file.
     *
     * @throws MalformedFileException if it is not a .npy file of these types or its size is not
     *     what its header claims
     * @throws IOException if it cannot be read
     */
    static NpyArray read(Path file) throws IOException {
        long size = Files.size(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(8);
            if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
                throw malformed(file, "not a .npy file");
            }
            int lengthBytes = start[6] == 1 ? 2 : 4;
            byte[] length = Arrays.copyOf(in.readNBytes(lengthBytes), 4);
            int headerLength = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (headerLength < 0 || headerLength > MAX_HEADER || headerLength > size) {
                throw malformed(
                        file,
                        "claims a header of "
                                + (headerLength & 0xffffffffL)
                                + " bytes in a file of "
                                + size);
            }
            String header = new String(in.readNBytes(headerLength), StandardCharsets.ISO_8859_1);
            Matcher type = find(TYPE, header, file);
            boolean columnMajor = find(ORDER, header, file).group(1).equals("True");
            int[] shape = shape(find(SHAPE, header, file).group(1), file);
            int width = Integer.parseInt(type.group(3));
            long count = 1;
            for (int axis : shape) {
                count = count * axis;
                if (count > Integer.MAX_VALUE / 8) {
                    throw malformed(file, "claims shape " + Arrays.toString(shape));
                }
            }
            long claimed = 8L + lengthBytes + headerLength + count * width;
            if (claimed != size) {
                throw malformed(
                        file,
                        "header claims shape "
                                + Arrays.toString(shape)
                                + ", "
                                + claimed
                                + " bytes, but the file has "
                                + size
                                + " bytes");
            }
            ByteBuffer data = ByteBuffer.wrap(in.readNBytes((int) count * width));
            data.order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            float[] values = new float[(int) count];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(data, type.group(2) + width, file);
            }
            return new NpyArray(shape, columnMajor ? rowMajor(values, shape) : values);
        }
    }

    private static float[] rowMajor(float[] values, int[] shape) {
        float[] ordered = new float[values.length];
        int[] index = new int[shape.length];
        for (float value : values) {
            int at = 0;
            for (int axis = 0; axis < shape.length; axis++) {
                at = at * shape[axis] + index[axis];
            }
            ordered[at] = value;
            for (int axis = 0; axis < shape.length && ++index[axis] == shape[axis]; axis++) {
                index[axis] = 0;
            }
        }
        return ordered;
    }

    private static Matcher find(Pattern pattern, String header, Path file) throws IOException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw malformed(file, "unsupported header: " + header.strip());
        }
        return matcher;
    }

    private static int[] shape(String text, Path file) throws IOException {
        try {
            return Arrays.stream(text.replace("L", "").split(","))
                    .map(String::strip)
                    .filter(axis -> !axis.isEmpty())
                    .mapToInt(Integer::parseInt)
                    .toArray();
        } catch (NumberFormatException e) {
            throw malformed(file, "claims shape (" + text + ")");
        }
    }

    private static float value(ByteBuffer data, String type, Path file) throws IOException {
        return switch (type) {
            case "f4" -> data.getFloat();
            case "f8" -> (float) data.getDouble();
            case "i1" -> data.get();
            case "u1", "b1" -> data.get() & 0xff;
            case "i2" -> data.getShort();
            case "u2" -> data.getShort() & 0xffff;
            case "i4" -> data.getInt();
            case "u4" -> data.getInt() & 0xffffffffL;
            case "i8", "u8" -> data.getLong();
            default -> throw malformed(file, "value type " + type + " is not supported");
        };
    }

    private static MalformedFileException malformed(Path file, String what) {
        return new MalformedFileException(file + ": " + what);
    }
}
