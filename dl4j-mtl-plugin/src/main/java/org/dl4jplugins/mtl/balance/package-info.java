/** How to combine what remains: one method, one file. */
package org.dl4jplugins.mtl.balance;
