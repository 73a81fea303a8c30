/** A chart, a table, a page. */
package org.dl4jplugins.core.report;
