package org.dl4jplugins.core.arbiter;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.util.LeafUtils;

/**
 * A space made of other spaces, which are its fields.
 *
 * @param <T> what its values are
 */
public abstract class NestedSpace<T> extends AbstractParameterSpace<T> {

    /** For subclasses. */
    protected NestedSpace() {}

    @Override
    public int numParameters() {
        return LeafUtils.countUniqueParameters(collectLeaves());
    }

    @Override
    @SuppressWarnings("rawtypes")
    public List<ParameterSpace> collectLeaves() {
        List<ParameterSpace> leaves = new ArrayList<>();
        for (ParameterSpace<?> nested : getNestedSpaces().values()) {
            leaves.addAll(nested.collectLeaves());
        }
        return leaves;
    }

    @Override
    public boolean isLeaf() {
        return false;
    }

    /**
     * Not for inner spaces.
     *
     * @throws UnsupportedOperationException always, as Arbiter numbers the leaves only
     */
    @Override
    public void setIndices(int... indices) {
        throw new UnsupportedOperationException("Only leaves have indices");
    }

    @Override
    public boolean equals(Object other) {
        return other != null
                && other.getClass() == getClass()
                && getNestedSpaces().equals(((NestedSpace<?>) other).getNestedSpaces());
    }

    @Override
    public int hashCode() {
        return getNestedSpaces().hashCode();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + getNestedSpaces();
    }
}
