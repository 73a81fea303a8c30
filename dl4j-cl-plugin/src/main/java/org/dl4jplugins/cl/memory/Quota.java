package org.dl4jplugins.cl.memory;

import java.util.Arrays;

/** Divides places fairly. */
final class Quota {

    private Quota() {}

    /**
     * How many places each group gets: as equal as its size allows; places that a small group
     * cannot fill go to the others; what cannot be divided goes to the first.
     *
     * @param places to give away
     * @param sizes [groups] how many each could fill
     * @return [groups], in sum min(places, sum of sizes)
     */
    static int[] share(int places, int... sizes) {
        int[] given = new int[sizes.length];
        long wanted = Math.min(places, Arrays.stream(sizes).asLongStream().sum());
        while (wanted > 0) {
            int open = 0;
            for (int g = 0; g < sizes.length; g++) {
                open += given[g] < sizes[g] ? 1 : 0;
            }
            int each = (int) Math.max(1, wanted / open);
            for (int g = 0; g < sizes.length && wanted > 0; g++) {
                int more = (int) Math.min(Math.min(each, sizes[g] - given[g]), wanted);
                given[g] += more;
                wanted -= more;
            }
        }
        return given;
    }
}
