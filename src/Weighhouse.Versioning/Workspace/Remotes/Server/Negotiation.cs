using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>Asks a server which objects it lacks.</summary>
internal sealed class Negotiation(ServerDoor door, int idsMax)
{
    /// <summary>Rounds so far: requests of one round do not wait for each other.</summary>
    public int Rounds { get; private set; }

    /// <summary>Those among the ids that must be sent, in their order.</summary>
    public async ValueTask<Result<List<Digest>>> MissingAsync(IReadOnlyList<Digest> ids, CancellationToken cancellation)
    {
        var missing = new List<Digest>();
        if (ids.Count == 0) return missing;
        Rounds++;
        for (var from = 0; from < ids.Count; from += idsMax * ServerLimits.PacksAtOnce)
        {
            var asking = new List<Task<Result<List<Digest>>>>();
            for (var i = from; i < ids.Count && asking.Count < ServerLimits.PacksAtOnce; i += idsMax)
                asking.Add(AskAsync(ids, i, Math.Min(idsMax, ids.Count - i), cancellation));
            foreach (var answer in await Task.WhenAll(asking))
            {
                if (!answer.TryGet(out var part, out var error)) return error;
                missing.AddRange(part);
            }
        }

        return missing;
    }

    private async Task<Result<List<Digest>>> AskAsync(IReadOnlyList<Digest> ids, int from, int count, CancellationToken cancellation)
    {
        var body = new byte[count * Digest.Size];
        for (var i = 0; i < count; i++) ids[from + i].CopyTo(body.AsSpan(i * Digest.Size));
        var attempts = door.NewAttempts();
        while (true)
        {
            if (!(await door.MissingAsync(body, cancellation)).TryGet(out var bits, out var error))
            {
                if (await attempts.AgainAsync(error, cancellation)) continue;
                return error;
            }

            if (bits.Length != (count + 7) / 8)
                return ServerProblem.NotOurs(door.Address, $"{count} ids were asked about, and {bits.Length} bytes answered");
            var missing = new List<Digest>();
            for (var i = 0; i < count; i++)
                if ((bits[i / 8] >> (i % 8) & 1) != 0) missing.Add(ids[from + i]);
            return missing;
        }
    }
}
