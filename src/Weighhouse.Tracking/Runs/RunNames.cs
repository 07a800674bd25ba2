using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Runs;

/// <summary>Makes names such as "amber-otter-417" for runs and models that come without one.</summary>
internal static class RunNames
{
    private static readonly string[] Adjectives =
    [
        "able", "agile", "airy", "amber", "ample", "aged", "apt", "azure", "balmy", "bold", "brave", "brief", "bright", "brisk",
        "broad", "calm", "candid", "chief", "civil", "clean", "clear", "clever", "cosy", "crisp", "curious", "dapper", "daring",
        "deep", "deft", "dusky", "eager", "early", "easy", "exact", "fair", "famous", "fine", "firm", "fleet", "fluent", "fond",
        "frank", "free", "fresh", "gentle", "glad", "golden", "grand", "great", "hardy", "honest", "humble", "jolly", "keen",
        "kind", "large", "light", "lively", "loyal", "lucid", "lucky", "mellow", "merry", "mild", "modest", "neat", "nimble",
        "noble", "novel", "open", "patient", "plain", "polite", "prime", "proud", "quick", "quiet", "rapid", "rare", "ready",
        "robust", "rosy", "round", "serene", "sharp", "silver", "sleek", "smart", "smooth", "solid", "sound", "spare", "steady",
        "still", "stout", "sunny", "swift", "tidy", "trim", "true", "upbeat", "vivid", "warm", "wise", "witty", "zesty",
    ];

    private static readonly string[] Nouns =
    [
        "ant", "auk", "badger", "bat", "bear", "beaver", "bee", "bird", "bison", "boar", "bream", "bug", "bull", "calf", "camel",
        "carp", "cat", "cod", "colt", "conch", "coot", "cow", "crab", "crane", "crow", "deer", "dog", "dove", "duck", "eagle",
        "eel", "elk", "emu", "falcon", "fawn", "finch", "fish", "flea", "fox", "frog", "gnat", "goat", "goose", "grouse", "gull",
        "hare", "hawk", "hen", "heron", "horse", "hound", "ibis", "jay", "kite", "koala", "lamb", "lark", "lion", "lynx", "magpie",
        "mare", "marten", "mink", "mole", "moose", "moth", "mouse", "newt", "otter", "owl", "ox", "panda", "perch", "pig", "pike",
        "plover", "pony", "puma", "quail", "ram", "raven", "ray", "robin", "rook", "seal", "shad", "shark", "sheep", "shrew",
        "skate", "skunk", "sloth", "snail", "snipe", "sole", "squid", "stag", "stoat", "stork", "swan", "swift", "tern", "tiger",
        "toad", "trout", "turtle", "vole", "wasp", "whale", "wolf", "wren", "yak", "zebra",
    ];

    public static string Next(IdGenerator chance) =>
        $"{Adjectives[chance.Below(Adjectives.Length)]}-{Nouns[chance.Below(Nouns.Length)]}-{chance.Below(1_000)}";
}
