using System.Globalization;
using System.Text;
using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Registry.Models;

namespace Weighhouse.Registry.Events;

/// <summary>Tells others what a change did, in the words and in the transaction of the register's own history.</summary>
/// <param name="listeners">None where nobody is told, as in a command that opens the register alone.</param>
internal sealed class RegistryNotices(IEnumerable<IEvents> listeners)
{
    private static readonly SqlText ListEventsOfChange = RegistrySql.Catalog["ListEventsOfChange"];

    private readonly IEvents[] _listeners = [.. listeners];

    public async ValueTask PublishAsync(DbSession session, Change change, StoredModel model)
    {
        if (_listeners.Length == 0) return;
        var drafts = await session.Prepare(ListEventsOfChange)
            .Bind("model_no", model.Number)
            .Bind("at_ms", change.NowMs)
            .Bind("change_id", change.Id)
            .ListAsync(row => new EventDraft(
                row.Text(1), model.Project, "model", row.Text(0), change.Caller.Name, change.NowMs,
                Data(row.LongOrNull(2), row.TextOrNull(3), row.TextOrNull(4))));
        foreach (var draft in drafts)
            foreach (var listener in _listeners) await listener.PublishAsync(session, draft);
    }

    private static string Data(long? version, string? before, string? after)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (version is { } number) json.WriteString("version", number.ToString(CultureInfo.InvariantCulture));
            Write(json, "before", before);
            Write(json, "after", after);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null) return;
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }
}
