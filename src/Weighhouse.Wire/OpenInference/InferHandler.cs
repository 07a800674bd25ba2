using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.OpenInference;

/// <summary>One prediction: a JSON document, with binary data after it or without.</summary>
internal static class InferHandler
{
    private const string JsonLengthHeader = "Inference-Header-Content-Length";

    /// <summary>So much of an answer waits for the client at most.</summary>
    private const int PieceBytes = 256 << 10;

    public static async Task InferAsync(HttpContext http, OpenInferenceBackend backend)
    {
        if (!OpenInferenceCall.Target(http).TryGet(out var target, out var error)
            || !(await InferenceBody.ReadAsync(http, backend.Options.BodyBytesMax)).TryGet(out var body, out error))
        {
            await OpenInferenceErrors.WriteAsync(http, error);
            return;
        }

        if (!(await backend.Predictor.BeginAsync(http.Caller(), target, http.RequestAborted)).TryGet(out var request, out error))
        {
            body.Dispose();
            await OpenInferenceErrors.WriteAsync(http, OpenInferenceErrors.Of(error, target));
            return;
        }

        using (request)
        {
            request.Own(body);
            if (!Read(http, backend, request, body.Memory).TryGet(out var document, out error)
                || !(await backend.Predictor.PredictAsync(request, http.RequestAborted)).TryGet(out var reply, out error))
            {
                await OpenInferenceErrors.WriteAsync(http, error);
                return;
            }

            using (reply) await WriteAsync(http, request, document, reply);
        }
    }

    private static Result<InferDocument> Read(HttpContext http, OpenInferenceBackend backend, InferenceRequest request, Memory<byte> body)
    {
        var length = body.Length;
        if (http.Request.Headers.TryGetValue(JsonLengthHeader, out var header))
        {
            if (!int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > body.Length)
            {
                return Error.Invalid(
                    $"the header {JsonLengthHeader} is '{header}'; it is the length of the JSON, at most the body's {body.Length} bytes");
            }
        }

        var document = new InferDocument(request, body[length..], backend.Time) { BinaryOffset = length };
        if (length == 0 && header.Count > 0) return RawInput.Read(request, body) is { } wrong ? wrong : document;
        return document.Read(body.Span[..length]) is { } error ? error : document;
    }

    private static async Task WriteAsync(HttpContext http, InferenceRequest request, InferDocument document, InferenceReply reply)
    {
        using var json = new ReplyBuffer();
        var binaryBytes = WriteDocument(json, request, document, reply);
        http.Response.Headers[InferenceReplies.PredictionIdHeader] = reply.Id.ToString();
        if (binaryBytes < 0)
        {
            await InferenceReplies.WriteAsync(http, StatusCodes.Status200OK, json);
            return;
        }

        var response = http.Response;
        response.ContentType = "application/octet-stream";
        response.Headers[JsonLengthHeader] = json.Length.ToString(CultureInfo.InvariantCulture);
        response.ContentLength = json.Length + binaryBytes;
        var writer = response.BodyWriter;
        await writer.WriteAsync(json.Memory, http.RequestAborted);
        for (var i = 0; i < reply.Count; i++)
            if (IsBinary(document, reply, i)) await WriteBinaryAsync(writer, reply, i, http.RequestAborted);
    }

    /// <summary>As the client asked, but for floats of 16 bits: JSON has none.</summary>
    private static bool IsBinary(InferDocument document, InferenceReply reply, int index)
    {
        var place = reply.Place(index);
        return document.IsBinary(place) || reply.Version.Shape.Outputs[place].Element is ElementType.Float16 or ElementType.BFloat16;
    }

    /// <returns>The bytes of all binary outputs; -1 when every output is in the document.</returns>
    private static long WriteDocument(ReplyBuffer json, InferenceRequest request, InferDocument document, InferenceReply reply)
    {
        long binaryBytes = -1;
        json.Raw("{"u8);
        if (request.Id is { } id) json.Raw("\"id\":"u8).Text(id).Raw(","u8);
        json.Raw("\"model_name\":"u8).Text(reply.Version.Deployment).Raw(",\"model_version\":"u8).Text(reply.Version.VersionText)
            .Raw(",\"outputs\":["u8);
        for (var i = 0; i < reply.Count; i++)
        {
            if (i > 0) json.Raw(","u8);
            var output = reply.Output(i);
            json.Raw("{\"name\":"u8).Text(reply.Version.Shape.OutputName(reply.Place(i))).Raw(",\"datatype\":\""u8)
                .Raw(OpenInferenceTypes.Word(output.Element)).Raw("\",\"shape\":"u8).Shape(output.Shape);
            if (IsBinary(document, reply, i))
            {
                var size = BinaryTensors.SizeOf(output);
                binaryBytes = Math.Max(0, binaryBytes) + size;
                json.Raw(",\"parameters\":{\"binary_data_size\":"u8).Number(size).Raw("}}"u8);
            }
            else
            {
                json.Raw(",\"data\":"u8).Flat(output).Raw("}"u8);
            }
        }

        json.Raw("]}"u8);
        return binaryBytes;
    }

    private static async ValueTask WriteBinaryAsync(PipeWriter writer, InferenceReply reply, int index, CancellationToken cancellation)
    {
        var (at, count) = (0, LengthOf(reply, index));
        while (at < count)
        {
            at += WritePiece(writer, reply, index, at);
            await writer.FlushAsync(cancellation);
        }
    }

    /// <summary>Bytes of numbers, or a number of texts.</summary>
    private static int LengthOf(InferenceReply reply, int index)
    {
        var output = reply.Output(index);
        return output.Element is ElementType.Text ? output.Count : output.Bytes.Length;
    }

    private static int WritePiece(PipeWriter writer, InferenceReply reply, int index, int at)
    {
        var output = reply.Output(index);
        if (output.Element is not ElementType.Text)
        {
            var piece = output.Bytes.Slice(at, Math.Min(PieceBytes, output.Bytes.Length - at));
            Write(writer, piece);
            return piece.Length;
        }

        var (from, written) = (at, 0);
        while (at < output.Count && written < PieceBytes)
        {
            var text = output.Text(at++);
            BinaryPrimitives.WriteUInt32LittleEndian(writer.GetSpan(sizeof(uint)), (uint)text.Length);
            writer.Advance(sizeof(uint));
            Write(writer, text);
            written += sizeof(uint) + text.Length;
        }

        return at - from;
    }

    private static void Write(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = writer.GetSpan(Math.Min(bytes.Length, PieceBytes));
            var length = Math.Min(room.Length, bytes.Length);
            bytes[..length].CopyTo(room);
            writer.Advance(length);
            bytes = bytes[length..];
        }
    }
}
