using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Events;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Metrics.Compaction;
using Weighhouse.Tracking.Params;
using Weighhouse.Tracking.Runs;
using Weighhouse.Tracking.Tags;

namespace Weighhouse.Tracking.Metrics.Logging;

/// <summary>
/// The hottest write: one batch of metrics, params and tags, all or nothing. Checking, grouping and encoding happen before the unit of
/// work; inside it a series costs two statements, however many points it has.
/// </summary>
internal sealed class BatchLogger(
    IDatabase database, KeyDictionary keys, CompactionQueue compaction, TrackingEventHub events, TrackingOptions options)
{
    public async ValueTask<Result<Done>> LogAsync(Principal caller, RunId run, RunBatch batch, CancellationToken cancellation)
    {
        if (BatchLimits.Refuse(batch, options) is { } refusal) return refusal;
        if (!SampleGroups.Of(batch.Metrics, keys, options).TryGet(out var groups, out var error)) return error;
        using (groups)
        {
            if (!ParamWriter.Check(batch.Params, options).TryGet(out var parameters, out error)) return error;
            if (!TagWriter.Check(batch.Tags, options).TryGet(out var tags, out error)) return error;
            if (!ModelMetrics.Of(batch.Metrics).TryGet(out var models, out error)) return error;
            var numbered = await NumberAsync(caller, run, groups.Keys, parameters, tags, cancellation);
            if (!numbered.TryGet(out var numbers, out error)) return error;
            var rows = SeriesRows.Of(groups, numbers.AsSpan(0, groups.Keys.Count));
            var content = new Content(rows, parameters, tags, models, numbers, groups.Keys.Count);
            var written = await database.WriteAsync(session => WriteAsync(session, caller, run, content), cancellation);
            if (!written.TryGet(out var handle, out error)) return error;
            Announce(handle, groups, numbers, content.Parameters.Count + content.Tags.Count > 0);
            return Done.Value;
        }
    }

    private static async ValueTask<Result<RunHandle>> WriteAsync(DbSession session, Principal caller, RunId run, Content content)
    {
        var found = await RunHandle.FindActiveAsync(session, caller, run);
        if (!found.TryGet(out var handle, out var error)) return error;
        var parametersWritten = await ParamWriter.WriteAsync(session, handle, content.Parameters, content.ParameterNumbers);
        if (parametersWritten.IsFailure) return parametersWritten.Error;
        await content.Rows.WriteAsync(session, handle);
        if (content.Models is { } models && (await models.WriteAsync(session, caller, run)).Error is { } refused) return refused;
        await TagWriter.WriteAsync(session, handle, content.Tags, content.TagNumbers);
        return handle;
    }

    /// <summary>The numbers of all keys: of the series, then the params, then the tags.</summary>
    private async ValueTask<Result<long[]>> NumberAsync(
        Principal caller, RunId run, IReadOnlyList<string> series, IReadOnlyList<Param> parameters, IReadOnlyList<Tag> tags,
        CancellationToken cancellation)
    {
        var names = new string[series.Count + parameters.Count + tags.Count];
        var place = 0;
        for (var i = 0; i < series.Count; i++) names[place++] = series[i];
        for (var i = 0; i < parameters.Count; i++) names[place++] = parameters[i].Key;
        for (var i = 0; i < tags.Count; i++) names[place++] = tags[i].Key;
        if (keys.TryNumbers(names, out var numbers)) return numbers;

        // New names are stored for good: only for those who may write here.
        var found = await database.ReadAsync(session => RunHandle.FindActiveAsync(session, caller, run), cancellation);
        return found.IsFailure ? found.Error : await keys.GetOrAddAsync(names, cancellation);
    }

    private void Announce(RunHandle run, SampleGroups groups, long[] numbers, bool hasOtherChanges)
    {
        var pointCount = 0;
        for (var group = 0; group < groups.Keys.Count; group++)
        {
            var added = groups.Points(group).Length;
            pointCount += added;
            compaction.Note(new SeriesKey(run.RunNo, numbers[group]), added);
        }

        TrackingMetrics.PointsLogged.Add(pointCount);
        if (groups.Keys.Count > 0 || hasOtherChanges) events.Publish(run.Experiment, new RunEvent(run.Id, null, groups.Keys));
    }

    private sealed record Content(
        SeriesRows Rows, IReadOnlyList<Param> Parameters, IReadOnlyList<Tag> Tags, ModelMetrics? Models, long[] Numbers, int SeriesCount)
    {
        public IReadOnlyList<long> ParameterNumbers => new ArraySegment<long>(Numbers, SeriesCount, Parameters.Count);

        public IReadOnlyList<long> TagNumbers => new ArraySegment<long>(Numbers, SeriesCount + Parameters.Count, Tags.Count);
    }
}
