package org.dl4jplugins.align.ila;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomAdaptor;
import org.dl4jplugins.core.io.AtomicFiles;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Which layers learn and which stay frozen: the binary mask gamma in {0, 1}^N of the paper (N
 * layers, each one weight matrix), immutable.
 *
 * <p>{@link LayerSignificance} makes masks by importance. The others here are what it is compared
 * with: all layers, random ones, the first, the last. A mask knows the architecture that it was
 * made for and is refused for any other.
 */
public final class LayerMask {

    private static final JsonFile FILE = new JsonFile("dl4jplugins-layer-mask", 1);

    private final Architecture architecture;
    private final BitSet kept;

    LayerMask(Architecture architecture, BitSet kept) {
        this.architecture = architecture;
        this.kept = kept;
    }

    private static LayerMask range(List<AdaptedMatrix> layers, int from, int to) {
        BitSet bits = new BitSet(layers.size());
        bits.set(from, to);
        return new LayerMask(new Architecture(layers), bits);
    }

    /**
     * A mask that keeps every layer.
     *
     * @param layers all layers in their order in the network
     * @return the mask
     */
    public static LayerMask all(List<AdaptedMatrix> layers) {
        return range(layers, 0, layers.size());
    }

    /**
     * A mask that keeps the layers nearest to the input.
     *
     * @param layers all layers in their order in the network
     * @param count how many are kept, from 1 to all
     * @return the mask
     */
    public static LayerMask first(List<AdaptedMatrix> layers, int count) {
        return range(layers, 0, Keep.count(count, layers.size()));
    }

    /**
     * A mask that keeps the layers nearest to the output.
     *
     * @param layers all layers in their order in the network
     * @param count how many are kept, from 1 to all
     * @return the mask
     */
    public static LayerMask last(List<AdaptedMatrix> layers, int count) {
        return range(layers, layers.size() - Keep.count(count, layers.size()), layers.size());
    }

    /**
     * A mask that keeps layers drawn without replacement, each set of that size equally likely.
     *
     * @param layers all layers in their order in the network
     * @param count how many are kept, from 1 to all
     * @param seed decides which; equal seeds give equal masks
     * @return the mask
     */
    public static LayerMask random(List<AdaptedMatrix> layers, int count, long seed) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            places.add(i);
        }
        Collections.shuffle(places, new RandomAdaptor(new MersenneTwister(seed)));
        BitSet bits = new BitSet(layers.size());
        places.subList(0, Keep.count(count, layers.size())).forEach(bits::set);
        return new LayerMask(new Architecture(layers), bits);
    }

    /**
     * A mask that keeps the layers of these names.
     *
     * @param layers all layers in their order in the network
     * @param names {@linkplain AdaptedMatrix#name() names} of those to keep, at least one
     * @return the mask
     * @throws IllegalArgumentException if a name is not among the layers
     */
    public static LayerMask of(List<AdaptedMatrix> layers, Collection<String> names) {
        Architecture architecture = new Architecture(layers);
        BitSet bits = new BitSet(layers.size());
        names.forEach(name -> bits.set(architecture.place(name)));
        Ensure.that(!bits.isEmpty(), "names: none given, right is at least one");
        return new LayerMask(architecture, bits);
    }

    /** {@return all layers in their order in the network} */
    public List<AdaptedMatrix> layers() {
        return architecture.matrices();
    }

    /** {@return the layers that learn, in their order in the network} */
    public List<AdaptedMatrix> kept() {
        return kept.stream().mapToObj(layers()::get).toList();
    }

    /** {@return the layers that stay frozen, in their order in the network} */
    public List<AdaptedMatrix> frozen() {
        return complement().stream().mapToObj(layers()::get).toList();
    }

    private BitSet complement() {
        BitSet rest = (BitSet) kept.clone();
        rest.flip(0, architecture.size());
        return rest;
    }

    /** {@return the names of the layers that learn, in their order in the network} */
    public List<String> keptNames() {
        return kept().stream().map(AdaptedMatrix::name).toList();
    }

    /**
     * A regular expression that fits exactly the names of the layers that learn, for {@link
     * org.dl4jplugins.align.lora.LoraConfig.Builder#targetRegex} and as {@code target_modules} of
     * PEFT. Unlike {@link LoraMasks#restrict} it needs no graph with increments on all layers, and
     * cannot see whether the network is of the right architecture.
     *
     * @return names joined by {@code |}, what is special in them escaped
     */
    public String targetRegex() {
        return keptNames().stream()
                .map(name -> name.replaceAll("[^A-Za-z0-9_]", "\\\\$0"))
                .collect(Collectors.joining("|"));
    }

    /**
     * Whether a layer learns.
     *
     * @param name a layer's {@linkplain AdaptedMatrix#name() name}
     * @return true if it learns, false if it stays frozen
     * @throws IllegalArgumentException if there is no such layer
     */
    public boolean keeps(String name) {
        return kept.get(architecture.place(name));
    }

    /** {@return gamma [layer]: 1 for a layer that learns, 0 for a frozen one} */
    public double[] gamma() {
        double[] gamma = new double[architecture.size()];
        kept.stream().forEach(i -> gamma[i] = 1);
        return gamma;
    }

    /**
     * The Jaccard index of the kept layers: those kept by both over those kept by any.
     *
     * @param other a mask for the same architecture
     * @return 0 (none in common) to 1 (the same)
     * @throws IllegalArgumentException if it is for another architecture
     */
    public double jaccard(LayerMask other) {
        architecture.requireSame(other.architecture, "this mask", "the other mask");
        BitSet both = (BitSet) kept.clone();
        both.and(other.kept);
        BitSet any = (BitSet) kept.clone();
        any.or(other.kept);
        return (double) both.cardinality() / any.cardinality();
    }

    /**
     * Tells architectures apart: equal for models whose layers have the same names and shapes in
     * the same order, whatever their weights.
     *
     * @return SHA-256 in hexadecimal digits
     */
    public String fingerprint() {
        return architecture.fingerprint();
    }

    /**
     * Makes sure that this mask can be used on a model.
     *
     * @param layers the model's layers in their order
     * @throws IllegalArgumentException if they differ in name, shape or order
     */
    public void requireSameArchitecture(List<AdaptedMatrix> layers) {
        architecture.requireSame(new Architecture(layers), "the mask", "the model");
    }

    /**
     * The mask as JSON: {@code format}, {@code version}, {@code fingerprint}, {@code layers} and
     * {@code kept}, names.
     *
     * @return the JSON text
     */
    public String toJson() {
        ObjectNode root = FILE.start().put("fingerprint", fingerprint());
        architecture.write(root.putArray("layers"));
        keptNames().forEach(root.putArray("kept")::add);
        return JsonFile.text(root);
    }

    /**
     * Reads what {@link #toJson} gave.
     *
     * @param json the JSON text
     * @return an equal mask
     * @throws IllegalArgumentException if it is cut off, of another format or version, or
     *     contradicts itself
     */
    public static LayerMask fromJson(String json) {
        return FILE.read(json, LayerMask::read);
    }

    /**
     * Writes the mask as JSON.
     *
     * @param file the file; it is replaced in one step
     * @throws IOException if it cannot be written
     */
    public void save(Path file) throws IOException {
        AtomicFiles.write(file, toJson());
    }

    /**
     * Reads a mask.
     *
     * @param file what {@link #save} wrote
     * @return an equal mask
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is cut off, of another format or version, or
     *     contradicts itself
     */
    public static LayerMask load(Path file) throws IOException {
        return FILE.read(file, LayerMask::read);
    }

    private static LayerMask read(JsonNode root) {
        List<String> names = new ArrayList<>();
        JsonFile.list(root, "kept").forEach(name -> names.add(name.asText()));
        return of(Architecture.read(root).matrices(), names);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerMask that
                && architecture.equals(that.architecture)
                && kept.equals(that.kept);
    }

    @Override
    public int hashCode() {
        return 31 * architecture.hashCode() + kept.hashCode();
    }

    @Override
    public String toString() {
        return kept.cardinality() + " of " + architecture.size() + " layers learn: " + keptNames();
    }
}
