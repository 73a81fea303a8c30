/**
 * What every search with Arbiter needs: tasks that report a failed candidate instead of ending the
 * search, and what Arbiter's spaces do not do by themselves. Arbiter is an optional dependency: who
 * does not use this package never loads it.
 */
package org.dl4jplugins.core.arbiter;
