package org.dl4jplugins.mtl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttributeTableTest {

    private static final String ORIGINAL =
            "3\n5_o_Clock_Shadow Smiling Young \n"
                    + "000001.jpg -1  1  1\n000002.jpg  1 -1 -1\n000003.jpg -1 -1  1\n";
    private static final String CSV =
            "image_id,5_o_Clock_Shadow,Smiling,Young\r\n"
                    + "000001.jpg,-1,1,1\r\n000002.jpg,1,0,0\r\n000003.jpg,-1,-1,1\r\n";

    @TempDir Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("table.txt"), text);
    }

    @Test
    void readsBothFormats() throws IOException {
        for (String text : List.of(ORIGINAL, CSV)) {
            AttributeTable table = AttributeTable.read(write(text));
            assertEquals(List.of("5_o_Clock_Shadow", "Smiling", "Young"), table.attributes());
            assertEquals(3, table.size());
            assertEquals("000002.jpg", table.file(1));
            assertTrue(table.has(1, 0));
            assertFalse(table.has(1, 2));
            assertTrue(table.has(0, table.attribute("Smiling")));
            assertTrue(table.has(2, 2));
        }
        AttributeTable table = AttributeTable.read(write(CSV));
        String message =
                assertThrows(IllegalArgumentException.class, () -> table.attribute("Hat"))
                        .getMessage();
        assertTrue(message.contains("Hat") && message.contains("Smiling"), message);
    }

    @Test
    void partsFollowThePartitionFile() throws IOException {
        AttributeTable table = AttributeTable.read(write(ORIGINAL));
        for (String text :
                List.of(
                        "000001.jpg 0\n000002.jpg 2\n000003.jpg 0\n",
                        "image_id,partition\n000003.jpg,0\n000001.jpg,0\n000002.jpg,2\n")) {
            Path partition = Files.writeString(folder.resolve("partition.txt"), text);
            AttributeTable train = table.part(partition, 0);
            assertEquals(2, train.size());
            assertEquals("000003.jpg", train.file(1));
            assertTrue(train.has(1, 2));
            assertEquals("000002.jpg", table.part(partition, 2).file(0));
            refused("partition.txt", () -> table.part(partition, 1));
        }
        Path partition = folder.resolve("partition.txt");
        Files.writeString(partition, "000001.jpg 0\n000002.jpg\n000003.jpg 0\n");
        refused("partition.txt, line 2", () -> table.part(partition, 0));
        Files.writeString(partition, "000001.jpg 0\n000002.jpg 0\n");
        refused("000003.jpg", () -> table.part(partition, 0));
    }

    @Test
    void malformedLinesAreNamed() throws IOException {
        refused("line 4: expected a file name and 3 values, got 3", ORIGINAL, "  1 -1 -1", " 1 -1");
        refused("line 3: value '2'", CSV, "1,0,0", "1,2,0");
        refused("line 5: empty or repeated file name '000001.jpg'", ORIGINAL, "000003", "000001");
        refused("line 1: promises 4 pictures, the file has 3", ORIGINAL, "3\n5_o", "4\n5_o");
        refused("line 1: neither CSV", ORIGINAL, "3\n5_o", "three\n5_o");
        refused("line 2: expected different attribute names", ORIGINAL, "Young", "Smiling");
        refused("line 2: the attributes' names are missing", ORIGINAL, ORIGINAL, "3\n");
        refused("empty file", ORIGINAL, ORIGINAL, "");
        IOException absent =
                assertThrows(
                        IOException.class, () -> AttributeTable.read(folder.resolve("absent")));
        assertTrue(absent.getMessage().contains("absent"));
    }

    private void refused(String hint, String text, String old, String replacement)
            throws IOException {
        Path file = write(text.replace(old, replacement));
        refused(hint, () -> AttributeTable.read(file));
        refused(file.toString(), () -> AttributeTable.read(file));
    }

    private static void refused(String hint, org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(MalformedFileException.class, action).getMessage();
        assertTrue(message.contains(hint), message);
    }
}
