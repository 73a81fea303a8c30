package org.dl4jplugins.cl.kif;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.factory.DataBufferFactory;
import org.nd4j.linalg.factory.Nd4j;

/** Adds up the large buffers that ND4J makes, of any thread, while this is open. */
final class Allocations implements AutoCloseable {

    private final Field field;
    private final DataBufferFactory own;
    private final long least;
    private long elements;

    /**
     * @param least elements from which on a buffer counts
     */
    Allocations(long least) throws ReflectiveOperationException {
        this.least = least;
        this.field = Nd4j.class.getDeclaredField("DATA_BUFFER_FACTORY_INSTANCE");
        field.setAccessible(true);
        this.own = (DataBufferFactory) field.get(null);
        field.set(
                null,
                Proxy.newProxyInstance(
                        DataBufferFactory.class.getClassLoader(),
                        new Class<?>[] {DataBufferFactory.class},
                        (proxy, method, arguments) -> {
                            try {
                                return counted(method.invoke(own, arguments));
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }

    private synchronized Object counted(Object made) {
        if (made instanceof DataBuffer buffer
                && buffer.originalDataBuffer() == null
                && buffer.length() >= least) {
            elements += buffer.length();
        }
        return made;
    }

    /** Elements so far. */
    synchronized long elements() {
        return elements;
    }

    @Override
    public void close() throws IllegalAccessException {
        field.set(null, own);
    }
}
