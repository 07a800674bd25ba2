using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.TensorFlowServing;

/// <summary>Predictions in rows and in columns.</summary>
internal static class PredictHandler
{
    public static async Task PredictAsync(HttpContext http, RestBackend backend, ServingTarget target)
    {
        if (!(await InferenceBody.ReadAsync(http, backend.Options.BodyBytesMax)).TryGet(out var body, out var error))
        {
            await RestErrors.WriteAsync(http, error);
            return;
        }

        if (!(await backend.Predictor.BeginAsync(http.Caller(), target, http.RequestAborted)).TryGet(out var request, out error))
        {
            body.Dispose();
            await RestErrors.WriteAsync(http, ServableWords.Of(error, target));
            return;
        }

        using (request)
        {
            request.Own(body);
            var document = new PredictDocument(request);
            if (document.Read(body.Memory.Span) is { } wrong)
            {
                await RestErrors.WriteAsync(http, wrong);
                return;
            }

            if (!(await backend.Predictor.PredictAsync(request, http.RequestAborted)).TryGet(out var reply, out error))
            {
                await RestErrors.WriteAsync(http, error);
                return;
            }

            using (reply) await AnswerAsync(http, document, reply);
        }
    }

    private static async Task AnswerAsync(HttpContext http, PredictDocument document, InferenceReply reply)
    {
        using var json = new ReplyBuffer();
        if ((document.IsRows ? WriteRows(json, "predictions", reply) : WriteColumns(json, reply)) is { } unfit)
        {
            await RestErrors.WriteAsync(http, unfit);
            return;
        }

        http.Response.Headers[InferenceReplies.PredictionIdHeader] = reply.Id.ToString();
        await InferenceReplies.WriteAsync(http, StatusCodes.Status200OK, json);
    }

    /// <summary>An object with one list of this name: a value for each row, or an object where there is more than one output.</summary>
    public static Error? WriteRows(ReplyBuffer json, string key, InferenceReply reply, int outputsMax = int.MaxValue)
    {
        var outputs = Math.Min(reply.Count, outputsMax);
        long rows = -1;
        for (var i = 0; i < outputs; i++)
        {
            var output = reply.Output(i);
            if (output.Shape.IsEmpty) return Error.Invalid($"Tensor name: {output.Name} has no shape information");
            if (rows < 0) rows = output.Shape[0];
            if (output.Shape[0] != rows)
                return Error.Invalid($"Tensor name: {output.Name} has inconsistent batch size: {output.Shape[0]} expecting: {rows}");
        }

        json.Raw("{"u8).Text(key).Raw(":["u8);
        for (var row = 0; row < rows; row++)
        {
            if (row > 0) json.Raw(","u8);
            if (outputs > 1) json.Raw("{"u8);
            for (var i = 0; i < outputs; i++)
            {
                if (i > 0) json.Raw(","u8);
                if (outputs > 1) json.Text(reply.Output(i).Name).Raw(":"u8);
                WriteRow(json, reply.Output(i), row, rows);
            }

            if (outputs > 1) json.Raw("}"u8);
        }

        json.Raw("]}"u8);
        return null;
    }

    private static void WriteRow(ReplyBuffer json, TensorView output, int row, long rows)
    {
        var index = (int)(output.Count / rows * row);
        WriteNested(json, output, 1, ref index);
    }

    private static Error? WriteColumns(ReplyBuffer json, InferenceReply reply)
    {
        json.Raw("{\"outputs\":"u8);
        if (reply.Count > 1) json.Raw("{"u8);
        for (var i = 0; i < reply.Count; i++)
        {
            if (i > 0) json.Raw(","u8);
            if (reply.Count > 1) json.Text(reply.Output(i).Name).Raw(":"u8);
            var index = 0;
            WriteNested(json, reply.Output(i), 0, ref index);
        }

        if (reply.Count > 1) json.Raw("}"u8);
        json.Raw("}"u8);
        return null;
    }

    private static void WriteNested(ReplyBuffer json, in TensorView output, int level, ref int index)
    {
        if (level == output.Shape.Length)
        {
            // The protocol's sign for texts that are bytes.
            if (output.Element is ElementType.Text && output.Name.EndsWith("_bytes", StringComparison.Ordinal))
                json.Raw("{\"b64\":\""u8).Base64(output.Text(index)).Raw("\"}"u8);
            else
                json.Element(output, index);
            index++;
            return;
        }

        json.Raw("["u8);
        for (long i = 0; i < output.Shape[level]; i++)
        {
            if (i > 0) json.Raw(","u8);
            WriteNested(json, output, level + 1, ref index);
        }

        json.Raw("]"u8);
    }
}
