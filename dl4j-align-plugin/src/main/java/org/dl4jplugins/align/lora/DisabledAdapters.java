package org.dl4jplugins.align.lora;

/** A scope in which no adapter is applied; made by {@link Adapters#disable()}. */
public final class DisabledAdapters implements AutoCloseable {
    private final Host<?> host;
    private final int iterations;
    private final Switches switches;
    private boolean open = true;

    DisabledAdapters(Host<?> host) {
        this.host = host;
        iterations = host.iterations();
        switches = new Switches(host);
        switches.allOff();
    }

    /**
     * Switches the adapters as they were when the scope began. Closing again changes nothing.
     *
     * @throws IllegalStateException if the network was trained inside the scope; the adapters are
     *     switched back nevertheless
     */
    @Override
    public void close() {
        if (open) {
            open = false;
            switches.restore();
            Switches.requireUntrained(host, iterations, "disabled");
        }
    }
}
