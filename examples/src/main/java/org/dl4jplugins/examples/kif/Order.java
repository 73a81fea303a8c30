package org.dl4jplugins.examples.kif;

import java.util.List;

/**
 * Tasks in the order in which they are learned.
 *
 * @param name of the order
 * @param tasks their names
 */
public record Order(String name, List<String> tasks) {

    /** Copies the list. */
    public Order {
        tasks = List.copyOf(tasks);
    }
}
