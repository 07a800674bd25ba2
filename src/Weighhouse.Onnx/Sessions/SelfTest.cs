using System.Runtime.InteropServices;
using Weighhouse.Kernel;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.Sessions;

/// <summary>
/// Three nodes run before anybody relies on the library: a place in the table that were another function's would show here, in names,
/// types, shapes or numbers, and not in somebody's predictions.
/// </summary>
internal static class SelfTest
{
    public static Error? Run(OnnxRuntime runtime)
    {
        if (!runtime.Load(Model()).TryGet(out var session, out var refused)) return refused;
        using (session)
        {
            using var call = session.NewCall();
            var input = MemoryMarshal.AsBytes<float>([1, -2, 3, 4]).ToArray();
            if (call.SetInput(0, input, 2, 2).Error is { } wrongInput) return wrongInput;
            if (call.Run().Error is { } failed) return failed;
            var output = call.Output(0);
            // Rows (1, -2) and (3, 4), times ((1, 2), (3, 4)), plus (1, -1), without what is negative.
            var isRight = session.Inputs is [{ Name: "x" }] && session.Outputs is [{ Name: "y" }]
                && session.Inputs[0].Type.ToString() == "Float32[rows,2]"
                && session.Metadata.Facts.GetValueOrDefault("purpose") == "self-test"
                && output.Shape.SequenceEqual([2L, 2]) && output.As<float>().SequenceEqual([0f, 0, 16, 21]);
            return isRight
                ? null
                : new Error(ErrorCode.Unavailable,
                    $"The ONNX Runtime at {runtime.LibraryPath} computes a model of three nodes wrongly: its interface is not the one "
                    + "that this program knows. Run './build restore' in a clone, or name another library in WEIGH_ONNXRUNTIME.");
        }
    }

    private static byte[] Model()
    {
        var model = new OnnxModel { IrVersion = 8 };
        model.OperatorSets.Add(new OnnxOperatorSet("", 13));
        model.Metadata.Add(KeyValuePair.Create("purpose", "self-test"));
        model.Graph.Inputs.Add(new OnnxPort("x", OnnxType.Tensor(OnnxElementType.Float32, new OnnxDimension(null, "rows"), 2)));
        model.Graph.Outputs.Add(new OnnxPort("y", OnnxType.Tensor(OnnxElementType.Float32, new OnnxDimension(null, "rows"), 2)));
        model.Graph.Weights.Add(OnnxTensor.Of("w", [2, 2], 1f, 2, 3, 4));
        model.Graph.Weights.Add(OnnxTensor.Of("b", [2], 1f, -1));
        model.Graph.Add(OnnxNode.Of("MatMul", ["x", "w"], ["xw"]));
        model.Graph.Add(OnnxNode.Of("Add", ["xw", "b"], ["sum"]));
        model.Graph.Add(OnnxNode.Of("Relu", ["sum"], ["y"]));
        return model.ToBytes();
    }
}
