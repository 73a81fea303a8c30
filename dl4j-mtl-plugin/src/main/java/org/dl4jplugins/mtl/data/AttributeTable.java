package org.dl4jplugins.mtl.data;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which picture has which yes-or-no attribute, as in CelebA. Immutable.
 *
 * <p>Two formats are read. The original {@code list_attr_celeba.txt}: a line with the number of
 * pictures, a line with the attributes' names, then per picture its file name and a value for each
 * attribute, separated by blanks. Or CSV: a first line with a name for the file column and the
 * attributes' names, then a line per picture. Values are 1 (yes) and -1 or 0 (no).
 */
public final class AttributeTable implements Serializable {

    private final List<String> attributes;
    private final List<String> files;
    private final List<BitSet> values;

    private AttributeTable(List<String> attributes, List<String> files, List<BitSet> values) {
        this.attributes = attributes;
        this.files = files;
        this.values = values;
    }

    /**
     * Reads a table.
     *
     * @throws MalformedFileException naming file and line if a line has the wrong number of columns
     *     or a value that is none, a picture or attribute occurs twice, or the first line promises
     *     another number of pictures
     * @throws IOException if the file cannot be read
     */
    public static AttributeTable read(Path file) throws IOException {
        List<String> lines = lines(file);
        boolean csv = lines.get(0).contains(",");
        int promised = -1;
        int line = 0;
        if (!csv) {
            try {
                promised = Integer.parseInt(lines.get(0).strip());
            } catch (NumberFormatException e) {
                throw malformed(
                        file, 1, "neither CSV nor a number of pictures: " + lines.get(0).strip());
            }
            line = 1;
            if (lines.size() < 2) {
                throw malformed(file, 2, "the attributes' names are missing");
            }
        }
        List<String> names = Arrays.asList(columns(lines.get(line)));
        List<String> attributes = List.copyOf(csv ? names.subList(1, names.size()) : names);
        if (attributes.isEmpty() || new HashSet<>(attributes).size() < attributes.size()) {
            throw malformed(file, line + 1, "expected different attribute names: " + attributes);
        }
        List<String> files = new ArrayList<>();
        List<BitSet> values = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int row = line + 1; row < lines.size(); row++) {
            String[] columns = columns(lines.get(row));
            if (columns.length == 1 && columns[0].isEmpty()) {
                continue;
            }
            if (columns.length != attributes.size() + 1) {
                throw malformed(
                        file,
                        row + 1,
                        "expected a file name and "
                                + attributes.size()
                                + " values, got "
                                + columns.length
                                + " columns");
            }
            if (columns[0].isEmpty() || !seen.add(columns[0])) {
                throw malformed(file, row + 1, "empty or repeated file name '" + columns[0] + "'");
            }
            files.add(columns[0]);
            values.add(values(columns, file, row + 1));
        }
        if (files.isEmpty() || promised >= 0 && promised != files.size()) {
            throw malformed(
                    file,
                    1,
                    (promised >= 0 ? "promises " + promised + " pictures, " : "")
                            + "the file has "
                            + files.size());
        }
        return new AttributeTable(attributes, List.copyOf(files), List.copyOf(values));
    }

    private static BitSet values(String[] columns, Path file, int line) throws IOException {
        BitSet bits = new BitSet(columns.length - 1);
        for (int c = 1; c < columns.length; c++) {
            switch (columns[c]) {
                case "1", "+1" -> bits.set(c - 1);
                case "-1", "0" -> bits.clear(c - 1);
                default ->
                        throw malformed(
                                file,
                                line,
                                "value '"
                                        + columns[c]
                                        + "' in column "
                                        + (c + 1)
                                        + " is not 1, -1 or 0");
            }
        }
        return bits;
    }

    /**
     * The pictures of one part, by a file such as {@code list_eval_partition.txt}: a line per
     * picture with file name and part, separated by blanks or a comma; a first line without a
     * number is a heading.
     *
     * @param part 0 = training, 1 = validation, 2 = test
     * @throws MalformedFileException naming file and line if a line is not like that, a picture of
     *     this table is not in the file, or none has this part
     * @throws IOException if the file cannot be read
     */
    public AttributeTable part(Path partition, int part) throws IOException {
        Map<String, Integer> parts = new HashMap<>();
        List<String> lines = lines(partition);
        for (int row = 0; row < lines.size(); row++) {
            String[] columns = columns(lines.get(row));
            boolean number = columns.length == 2 && columns[1].matches("\\d{1,9}");
            if (number) {
                parts.put(columns[0], Integer.parseInt(columns[1]));
            } else if (row > 0 && !lines.get(row).isBlank()) {
                throw malformed(partition, row + 1, "expected a file name and a part's number");
            }
        }
        List<String> chosenFiles = new ArrayList<>();
        List<BitSet> chosenValues = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Integer its = parts.get(files.get(i));
            if (its == null) {
                throw new MalformedFileException(partition + ": no line for " + files.get(i));
            }
            if (its == part) {
                chosenFiles.add(files.get(i));
                chosenValues.add(values.get(i));
            }
        }
        if (chosenFiles.isEmpty()) {
            throw new MalformedFileException(partition + ": no picture has part " + part);
        }
        return new AttributeTable(attributes, List.copyOf(chosenFiles), List.copyOf(chosenValues));
    }

    private static List<String> lines(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("File " + file + " does not exist");
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(file + ": not a text in UTF-8", e);
        }
        if (lines.isEmpty()) {
            throw new MalformedFileException(file + ": empty file");
        }
        return lines;
    }

    private static String[] columns(String line) {
        String[] columns = line.strip().split(line.contains(",") ? "," : "\\s+", -1);
        for (int i = 0; i < columns.length; i++) {
            columns[i] = columns[i].strip();
        }
        return columns;
    }

    private static MalformedFileException malformed(Path file, int line, String what) {
        return new MalformedFileException(file + ", line " + line + ": " + what);
    }

    /** Number of pictures. */
    public int size() {
        return files.size();
    }

    /** The attributes' names in the file's order. */
    public List<String> attributes() {
        return attributes;
    }

    /** File name of picture {@code i}. */
    public String file(int i) {
        return files.get(i);
    }

    /** Whether picture {@code i} has the attribute with this number. */
    public boolean has(int i, int attribute) {
        return values.get(i).get(attribute);
    }

    /**
     * Number of the attribute with this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public int attribute(String name) {
        int number = attributes.indexOf(name);
        if (number < 0) {
            throw new IllegalArgumentException(
                    "No attribute '" + name + "'; the attributes are " + attributes);
        }
        return number;
    }
}
