/**
 * Tasks with their own data: {@link org.dl4jplugins.mtl.task.MultiTaskIterator} mixes one iterator
 * per task, {@link org.dl4jplugins.mtl.task.AbsentTaskGuard} keeps the heads of absent tasks still.
 */
package org.dl4jplugins.mtl.task;
