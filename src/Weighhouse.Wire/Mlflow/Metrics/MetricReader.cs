using System.Buffers.Text;
using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Wire.Mlflow.Metrics;

/// <summary>
/// Reads the two requests a training loop sends without pause straight from their bytes. It takes only what is certainly right; whatever
/// else there is, odd spellings or mistakes, it leaves to the ordinary binding, which takes it or says what is wrong.
/// </summary>
internal static class MetricReader
{
    private const int BytesPerMetricLeast = 64;
    private const int MetricsFirstMax = 1_024;

    /// <summary>The body of runs/log-batch.</summary>
    public static bool TryReadBatch(ReadOnlySpan<byte> body, int lengthMax, out RunId run, out RunBatch batch)
    {
        run = default;
        batch = new RunBatch([], [], []);
        var keys = new KeyInterner(body);
        try
        {
            return TryReadBatch(body, lengthMax, ref keys, out run, out batch);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The reader's only way to say that the bytes are no JSON or no Unicode. The ordinary binding says where.
            return false;
        }
        finally
        {
            keys.Dispose();
        }
    }

    /// <summary>The body of runs/log-metric.</summary>
    public static bool TryReadMetric(ReadOnlySpan<byte> body, out RunId run, out MetricSample sample)
    {
        run = default;
        sample = default;
        var keys = new KeyInterner(body);
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!Start(ref reader) || !TryReadMetric(ref reader, ref keys, out sample, out var text) || text is null) return false;
            run = new RunId(text);
            return !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // As above.
            return false;
        }
        finally
        {
            keys.Dispose();
        }
    }

    private static bool TryReadBatch(ReadOnlySpan<byte> body, int lengthMax, ref KeyInterner keys, out RunId run, out RunBatch batch)
    {
        run = default;
        batch = new RunBatch([], [], []);
        List<MetricSample>? metrics = null;
        List<Param>? parameters = null;
        List<Tag>? tags = null;
        var reader = new Utf8JsonReader(body);
        if (!Start(ref reader)) return false;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("run_id"u8))
            {
                if (!TryText(ref reader, out var text) || text.Length == 0) return false;
                run = new RunId(text);
            }
            else if (reader.ValueTextEquals("metrics"u8))
            {
                metrics ??= new List<MetricSample>(Math.Min(body.Length / BytesPerMetricLeast + 1, MetricsFirstMax));
                if (!TryReadMetrics(ref reader, ref keys, lengthMax, metrics)) return false;
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                parameters ??= [];
                if (!TryReadPairs(ref reader, lengthMax, parameters, static (key, value) => new Param(key, value))) return false;
            }
            else if (reader.ValueTextEquals("tags"u8))
            {
                tags ??= [];
                if (!TryReadPairs(ref reader, lengthMax, tags, static (key, value) => new Tag(key, value))) return false;
            }
            else
            {
                return false;
            }
        }

        if (reader.TokenType is not JsonTokenType.EndObject || run.Text is null || reader.Read()) return false;
        batch = new RunBatch(metrics ?? [], parameters ?? [], tags ?? []);
        return true;
    }

    private static bool TryReadMetrics(ref Utf8JsonReader reader, ref KeyInterner keys, int lengthMax, List<MetricSample> metrics)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartArray) return false;
        while (reader.Read() && reader.TokenType is JsonTokenType.StartObject)
        {
            if (metrics.Count == lengthMax || !TryReadMetric(ref reader, ref keys, out var sample, out _)) return false;
            metrics.Add(sample);
        }

        return reader.TokenType is JsonTokenType.EndArray;
    }

    private static bool TryReadMetric(ref Utf8JsonReader reader, ref KeyInterner keys, out MetricSample sample, out string? run)
    {
        string? key = null, model = null, datasetName = null, datasetDigest = null;
        double value = 0;
        long timestamp = 0, step = 0;
        bool hasValue = false, hasTimestamp = false;
        run = null;
        sample = default;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("key"u8))
            {
                if (!TryKey(ref reader, ref keys, out key)) return false;
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                if (!TryDouble(ref reader, out value)) return false;
                hasValue = true;
            }
            else if (reader.ValueTextEquals("timestamp"u8))
            {
                if (!TryLong(ref reader, out timestamp)) return false;
                hasTimestamp = true;
            }
            else if (reader.ValueTextEquals("step"u8))
            {
                if (!TryLong(ref reader, out step)) return false;
            }
            else if (!TryReadRare(ref reader, ref keys, ref run, ref model, ref datasetName, ref datasetDigest))
            {
                return false;
            }
        }

        if (reader.TokenType is not JsonTokenType.EndObject || key is null || !hasValue || !hasTimestamp) return false;
        sample = new MetricSample(
            key, new MetricPoint(value, timestamp, step), model is null ? null : new LoggedModelId(model), datasetName, datasetDigest);
        return true;
    }

    private static bool TryReadRare(
        ref Utf8JsonReader reader,
        ref KeyInterner keys,
        ref string? run,
        ref string? model,
        ref string? datasetName,
        ref string? datasetDigest)
    {
        if (reader.ValueTextEquals("run_id"u8)) return TryKey(ref reader, ref keys, out run);
        if (reader.ValueTextEquals("model_id"u8)) return TryKey(ref reader, ref keys, out model);
        if (reader.ValueTextEquals("dataset_name"u8)) return TryKey(ref reader, ref keys, out datasetName);
        return reader.ValueTextEquals("dataset_digest"u8) && TryKey(ref reader, ref keys, out datasetDigest);
    }

    private static bool TryReadPairs<T>(ref Utf8JsonReader reader, int lengthMax, List<T> pairs, Func<string, string, T> make)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartArray) return false;
        while (reader.Read() && reader.TokenType is JsonTokenType.StartObject)
        {
            string? key = null;
            var value = "";
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("key"u8))
                {
                    if (!TryText(ref reader, out key)) return false;
                }
                else if (!reader.ValueTextEquals("value"u8) || !TryText(ref reader, out value))
                {
                    return false;
                }
            }

            if (reader.TokenType is not JsonTokenType.EndObject || string.IsNullOrEmpty(key) || pairs.Count == lengthMax) return false;
            pairs.Add(make(key, value));
        }

        return reader.TokenType is JsonTokenType.EndArray;
    }

    private static bool Start(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType is JsonTokenType.StartObject;

    private static bool TryKey(ref Utf8JsonReader reader, ref KeyInterner keys, out string? text)
    {
        text = null;
        if (!reader.Read() || reader.TokenType is not JsonTokenType.String || reader.ValueSpan.IsEmpty) return false;
        text = keys.Take(ref reader);
        return !reader.ValueIsEscaped || !text.Contains('\0');
    }

    private static bool TryText(ref Utf8JsonReader reader, out string text)
    {
        text = "";
        if (!reader.Read() || reader.TokenType is not JsonTokenType.String) return false;
        text = reader.GetString()!;
        return !text.Contains('\0');
    }

    private static bool TryLong(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        if (!reader.Read()) return false;
        if (reader.TokenType is JsonTokenType.Number) return reader.TryGetInt64(out value);
        // Java's clients write whole numbers as strings.
        return reader.TokenType is JsonTokenType.String
            && Utf8Parser.TryParse(reader.ValueSpan, out value, out var used)
            && used == reader.ValueSpan.Length;
    }

    private static bool TryDouble(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        if (!reader.Read()) return false;
        if (reader.TokenType is JsonTokenType.Number) return reader.TryGetDouble(out value);
        if (reader.TokenType is not JsonTokenType.String) return false;
        if (reader.ValueTextEquals("NaN"u8)) value = double.NaN;
        else if (reader.ValueTextEquals("Infinity"u8)) value = double.PositiveInfinity;
        else if (reader.ValueTextEquals("-Infinity"u8)) value = double.NegativeInfinity;
        else return false;
        return true;
    }
}
