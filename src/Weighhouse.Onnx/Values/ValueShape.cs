using Weighhouse.Onnx.Native;

namespace Weighhouse.Onnx.Values;

/// <summary>What a value of the runtime is, how large, and where its elements lie.</summary>
internal readonly unsafe struct ValueShape
{
    public OnnxKind Kind { get; private init; }

    public OnnxElementType ElementType { get; private init; }

    public long[] Sizes { get; private init; }

    public long Count { get; private init; }

    /// <summary>Null for strings and for what is no tensor.</summary>
    public void* Data { get; private init; }

    public static ValueShape Read(OrtApi api, ValueHandle handle)
    {
        using var use = new HandleUse(handle);
        int kind, hasValue;
        api.Require(api.HasValue(use.Raw, &hasValue));
        if (hasValue == 0) return new ValueShape { Kind = OnnxKind.Optional, Sizes = [] };
        api.Require(api.GetValueType(use.Raw, &kind));
        if ((OnnxKind)kind is OnnxKind.Tensor) return Tensor(api, use.Raw);
        return new ValueShape { Kind = (OnnxKind)kind, Sizes = [], Count = CountOf(api, use.Raw, (OnnxKind)kind) };
    }

    /// <summary>The type and sizes of a tensor; <paramref name="sizes"/> is made longer when it is too short.</summary>
    public static (OnnxElementType Type, int Rank) ReadSizes(OrtApi api, nint tensor, ref long[] sizes)
    {
        nint info;
        int type;
        nuint rank;
        api.Require(api.GetTensorTypeAndShape(tensor, &info));
        api.Require(api.GetTensorElementType(info, &type));
        api.Require(api.GetDimensionsCount(info, &rank));
        if (sizes.Length < (int)rank) sizes = new long[(int)rank];
        fixed (long* target = sizes) api.Require(api.GetDimensions(info, target, rank));
        api.ReleaseTensorTypeAndShapeInfo(info);
        return ((OnnxElementType)type, (int)rank);
    }

    private static ValueShape Tensor(OrtApi api, nint tensor)
    {
        long[] sizes = [];
        var (type, rank) = ReadSizes(api, tensor, ref sizes);
        void* data = null;
        if (type is not OnnxElementType.String) api.Require(api.GetTensorMutableData(tensor, &data));
        return new ValueShape
        {
            Kind = OnnxKind.Tensor,
            ElementType = type,
            Sizes = sizes,
            Count = OnnxElementTypes.CountOf(sizes.AsSpan(0, rank)),
            Data = data,
        };
    }

    private static long CountOf(OrtApi api, nint value, OnnxKind kind)
    {
        if (kind is not (OnnxKind.Sequence or OnnxKind.Map)) return 0;
        nuint count;
        api.Require(api.GetValueCount(value, &count));
        return (long)count;
    }
}
