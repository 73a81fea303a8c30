package org.dl4jplugins.core.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

class SafeTensorsHeaderTest {
    @TempDir Path folder;

    @Test
    void readsAValidHeader() throws IOException {
        String json =
                "{\"b\":{\"data_offsets\":[4,8],\"dtype\":\"I16\",\"shape\":[2,1]},"
                        + "\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                        + "\"none\":{\"dtype\":\"F64\",\"shape\":[3,0],\"data_offsets\":[4,4]}} ";
        try (SafeTensors file = open(SafeTensorsFile.bytes(json, 8))) {
            assertEquals(List.of("a", "none", "b"), file.names());
            assertEquals(Map.of("format", "pt"), file.metadata());
            TensorInfo b = file.info("b");
            assertEquals(TensorType.I16, b.type());
            assertArrayEquals(new long[] {2, 1}, b.shape());
            assertEquals(8 + json.length() + 4, b.offset());
            assertEquals(4, b.bytes());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // what is wrong in the message | bytes of data | header
                "tensor a: is described twice |8|{'a':F32[1]0-4,'a':F32[1]4-8}",
                "tensor b: overlaps tensor a |8|{'a':F32[1]0-4,'b':F32[1]2-6}",
                "tensor b: overlaps tensor a |4|{'a':F32[1]0-4,'b':F32[1]0-4}",
                "tensor b: leaves a gap after tensor a |9|{'a':F32[1]0-4,'b':F32[1]5-9}",
                "tensor a: leaves a gap after the header |8|{'a':F32[1]4-8}",
                "4 bytes after tensor a belong to none |8|{'a':F32[1]0-4}",
                "8 bytes after the header belong to none |8|{}",
                "tensor a: ends at byte 8 of the data, but the file has only 4 |4|{'a':F32[2]0-8}",
                "tensor a: F32 of shape [2] needs 8 bytes, but |4|{'a':F32[2]0-4}",
                "tensor a: data_offsets [4, 0] must be [begin, end] |4|{'a':F32[1]4-0}",
                "tensor a: shape has the negative number -1 |4|{'a':F32[-1]0-4}",
                "tensor a: shape [4294967296, 4294967296] has too many "
                        + "|0|{'a':F32[4294967296,4294967296]0-0}",
                "tensor a: shape [9223372036854775807] has too many "
                        + "|0|{'a':F32[9223372036854775807]0-0}",
                "tensor a: shape has a number beyond 64 bits "
                        + "|0|{'a':F32[9223372036854775808]0-0}",
                "tensor a: shape has a number beyond 64 bits "
                        + "|0|{'a':F32[99999999999999999999999999999]0-0}",
                "tensor a: shape must hold nothing but whole numbers |4|{'a':F32[1.0]0-4}",
                "tensor a: shape must hold nothing but whole numbers |4|{'a':F32['1']0-4}",
                "tensor a: shape must hold nothing but whole numbers |4|{'a':F32[[1]]0-4}",
                "tensor a: shape has more than 32 numbers |4|{'a':F32[1,1,1,1,1,1,1,1,1,1,1,1,1,"
                        + "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]0-4}",
                "tensor a: dtype F8_E4M3 is a quantized type that means nothing without its "
                        + "scales |1|{'a':F8_E4M3[1]0-1}",
                "tensor a: dtype C64 is unknown. Known: [F64, F32, |8|{'a':C64[1]0-8}",
                "tensor a: must be an object |0|{'a':[]}",
                "tensor a: needs dtype, shape and data_offsets |0|{'a':{}}",
                "tensor a: has an unknown field 'x' |0|{'a':{'x':1}}",
                "tensor a: has dtype twice |0|{'a':{'dtype':'F32','dtype':'F32'}}",
                "tensor a: dtype must be a text |0|{'a':{'dtype':7}}",
                "tensor a: data_offsets has more than 2 |0|{'a':{'data_offsets':[0,1,2]}}",
                "tensor a: data_offsets [0] must be "
                        + "|0|{'a':{'dtype':'F32','shape':[0],'data_offsets':[0]}}",
                "__metadata__: must be an object of texts |0|{'__metadata__':[]}",
                "__metadata__: 'k' must be a text |0|{'__metadata__':{'k':1}}",
                "__metadata__ has 'k' twice |0|{'__metadata__':{'k':'1','k':'2'}}",
                "__metadata__ is there twice |0|{'__metadata__':{},'__metadata__':{}}",
                "header is not valid JSON |0|{'a':",
                "header is not valid JSON |0|{'a' 1}",
                "header goes on after its last '}' |0|{}{}",
                "header is not JSON that starts with '{' |0|[]",
                "header is not JSON that starts with '{' |0| {}",
            })
    void refusesWhatContradictsItself(String reason, int data, String header) throws IOException {
        String json =
                header.replaceAll(
                                "'?:([A-Z][0-9A-Z_]+)(\\[.*?\\]+)([0-9]+)-([0-9]+)",
                                "':{'dtype':'$1','shape':$2,'data_offsets':[$3,$4]}")
                        .replace('\'', '"');
        if (reason.contains("starts with") && header.endsWith("{}")) {
            json = " " + json;
        }
        String message = refusal(SafeTensorsFile.bytes(json, data));
        String plain = message.replace('"', '\'');
        assertTrue(plain.contains(reason.trim()), message + " <- " + json);
    }

    @Test
    void refusesImpossibleHeaderLengths() throws IOException {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        for (long length : new long[] {3, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            String message = refusal(SafeTensorsFile.bytes(length, json, 0));
            assertTrue(
                    message.contains(Long.toUnsignedString(length) + " bytes, but only 2 follow"),
                    message);
        }
        assertTrue(refusal(new byte[7]).contains("has 7 bytes"));
        assertTrue(refusal(new byte[0]).contains("has 0 bytes"));
        assertTrue(refusal(new byte[8]).contains("not JSON"));
        byte[] broken = SafeTensorsFile.bytes("{\"xx\":1}", 0);
        broken[10] = (byte) 0xC3;
        assertTrue(refusal(broken).contains("not text in UTF-8"));
    }

    @Test
    void deepNestingAndManyDigitsCostNothing() throws IOException {
        String deep = "{\"a\":{\"shape\":" + "[".repeat(1_000_000);
        assertTrue(refusal(SafeTensorsFile.bytes(deep, 0)).contains("tensor a: shape"));
        String digits = "{\"a\":{\"shape\":[" + "9".repeat(1_000_000) + "]}}";
        assertTrue(refusal(SafeTensorsFile.bytes(digits, 0)).contains("beyond 64 bits"));
    }

    /** Whatever happens to a header: refused with a reason, or every range lies within the file. */
    @Test
    void corruptedHeadersNeverClaimMoreThanTheFileHas() throws IOException {
        Path file = folder.resolve("good.safetensors");
        SafeTensorsWriter.write(
                file,
                Map.of("weight", Nd4j.rand(3, 5), "bias", Nd4j.arange(7)),
                Map.of("format", "pt"));
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(7);
        String digits = "0123456789-[]{}\",:eE. ";
        int refused = 0;
        for (int trial = 0; trial < 1500; trial++) {
            byte[] bad = good.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                int at = random.nextInt(good.length - 88);
                bad[at] =
                        (byte)
                                (at >= 8 && random.nextBoolean()
                                        ? digits.charAt(random.nextInt(digits.length()))
                                        : random.nextInt(256));
            }
            if (random.nextInt(4) == 0) {
                bad = Arrays.copyOf(bad, random.nextInt(bad.length));
            }
            try (SafeTensors opened = open(bad)) {
                for (String name : opened.names()) {
                    TensorInfo info = opened.info(name);
                    assertTrue(info.offset() + info.bytes() <= bad.length, name);
                    assertEquals(
                            info.bytes(), opened.read(name).length() * info.type().width(), name);
                }
            } catch (MalformedFileException e) {
                assertTrue(e.getMessage().contains("model.safetensors: "), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 1000, "only " + refused + " of 1500 refused");
    }

    private SafeTensors open(byte[] content) throws IOException {
        return SafeTensors.open(SafeTensorsFile.write(folder, content));
    }

    private String refusal(byte[] content) throws IOException {
        Path file = SafeTensorsFile.write(folder, content);
        MalformedFileException refused =
                assertThrows(MalformedFileException.class, () -> SafeTensors.open(file).close());
        assertTrue(refused.getMessage().startsWith(file.toString()), refused.getMessage());
        return refused.getMessage();
    }
}
