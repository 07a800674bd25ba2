using System.Runtime.InteropServices;
using Weighhouse.Onnx.Native;

namespace Weighhouse.Onnx.Sessions;

/// <summary>The runtime's descriptions of types, as ours.</summary>
internal static unsafe class TypeInfo
{
    /// <summary>Reads and releases.</summary>
    public static OnnxType Take(OrtApi api, nint info)
    {
        try
        {
            return Read(api, info);
        }
        finally
        {
            api.ReleaseTypeInfo(info);
        }
    }

    private static OnnxType Read(OrtApi api, nint info)
    {
        int kind, key;
        nint part, inner;
        api.Require(api.GetOnnxTypeFromTypeInfo(info, &kind));
        switch ((OnnxKind)kind)
        {
            case OnnxKind.Tensor or OnnxKind.SparseTensor:
                api.Require(api.CastTypeInfoToTensorInfo(info, &part));
                return part == 0 ? new OnnxType((OnnxKind)kind) : Tensor(api, (OnnxKind)kind, part);
            case OnnxKind.Sequence:
                api.Require(api.CastTypeInfoToSequenceTypeInfo(info, &part));
                api.Require(api.GetSequenceElementType(part, &inner));
                return OnnxType.Sequence(Take(api, inner));
            case OnnxKind.Map:
                api.Require(api.CastTypeInfoToMapTypeInfo(info, &part));
                api.Require(api.GetMapKeyType(part, &key));
                api.Require(api.GetMapValueType(part, &inner));
                return OnnxType.Map((OnnxElementType)key, Take(api, inner));
            case OnnxKind.Optional:
                api.Require(api.CastTypeInfoToOptionalTypeInfo(info, &part));
                api.Require(api.GetOptionalContainedTypeInfo(part, &inner));
                return new OnnxType(OnnxKind.Optional) { Inner = Take(api, inner) };
            default:
                return new OnnxType((OnnxKind)kind);
        }
    }

    private static OnnxType Tensor(OrtApi api, OnnxKind kind, nint tensor)
    {
        int type;
        nuint rank;
        api.Require(api.GetTensorElementType(tensor, &type));
        api.Require(api.GetDimensionsCount(tensor, &rank));
        var sizes = new long[(int)rank + 1];
        var names = new nint[(int)rank + 1];
        fixed (long* target = sizes) api.Require(api.GetDimensions(tensor, target, rank));
        fixed (nint* target = names) api.Require(api.GetSymbolicDimensions(tensor, (byte**)target, rank));
        var shape = new OnnxDimension[(int)rank];
        for (var i = 0; i < shape.Length; i++)
        {
            var name = Marshal.PtrToStringUTF8(names[i]);
            shape[i] = sizes[i] >= 0 ? sizes[i] : new OnnxDimension(null, string.IsNullOrEmpty(name) ? null : name);
        }

        return new OnnxType(kind) { ElementType = (OnnxElementType)type, Shape = shape };
    }
}
