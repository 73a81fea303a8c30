package org.dl4jplugins.core.arbiter;

import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;

/** Makes Arbiter's data sources, which are named by class. */
public final class DataSources {

    private DataSources() {}

    /**
     * Makes and configures a data source.
     *
     * @param type a public class with a public constructor without arguments
     * @param properties given to it, null for none
     * @return a new data source
     * @throws IllegalArgumentException if the class cannot be made so
     */
    public static DataSource create(Class<? extends DataSource> type, Properties properties) {
        try {
            DataSource source = type.getConstructor().newInstance();
            if (properties != null) {
                source.configure(properties);
            }
            return source;
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "dataSource: "
                            + type.getName()
                            + " given, right is a public class with a public constructor without"
                            + " arguments",
                    e);
        }
    }
}
