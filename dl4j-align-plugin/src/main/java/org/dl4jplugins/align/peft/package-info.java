/** LoRA adapters as files of Hugging Face's PEFT, both ways. */
package org.dl4jplugins.align.peft;
