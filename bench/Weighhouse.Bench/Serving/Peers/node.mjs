// The plainest server there is over the same ONNX Runtime: what a team writes when it has Node and a model.
// node node.mjs PORT MODEL.onnx ROW_LENGTH PACKAGES
import { createServer } from "node:http";
import { createRequire } from "node:module";

const [port, model, rowLength, packages] = process.argv.slice(2);
const ort = createRequire(packages + "/")("onnxruntime-node");
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
const columns = Number(rowLength);

createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", async () => {
    if (request.method !== "POST") return response.end("ok");
    const { X } = JSON.parse(Buffer.concat(parts).toString());
    const x = new ort.Tensor("float32", Float32Array.from(X.flat()), [X.length, columns]);
    const { y } = await session.run({ x });
    const rows = X.map((_, row) => Array.from(y.data.subarray((row * y.data.length) / X.length, ((row + 1) * y.data.length) / X.length)));
    const body = JSON.stringify({ y_pred: rows });
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  });
}).listen(Number(port), "127.0.0.1");
