/**
 * onnxruntime 1.30 for Linux sends usage data to its maker and leaves files in the temporary folder, unless this variable stands in the environment before
 * the first session is made. To be imported where a process begins: a thread cannot set it.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
