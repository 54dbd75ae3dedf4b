namespace DriverSdk.Tests.Architecture;

/// <summary>The room table, read from the page that people read.</summary>
internal static class RoomTable
{
    public const string Page = "src/DriverSdk/ARCHITECTURE.md";
    private static readonly Lazy<IReadOnlyList<Room>> AllRooms = new(Parse);

    public static IReadOnlyList<Room> All => AllRooms.Value;

    /// <summary>The rooms that may use each other, as the page lists them.</summary>
    public static IEnumerable<(string One, string Other)> MutualPairs =>
        MarkdownTable.Rows(Repository.Read(Page), "One room").Select(cells => (Plain(cells[0]), Plain(cells[1])));

    /// <summary>The room a type lives in: the longest name that its namespace begins with; null when no row covers it.</summary>
    public static Room? Of(string fullTypeName)
    {
        var name = RoomName(fullTypeName);
        return name is null ? null : All.FirstOrDefault(room => room.Name == name)
            ?? All.Where(room => name.StartsWith(room.Name + ".", StringComparison.Ordinal) && room.Name.Contains('.')).MaxBy(room => room.Name.Length);
    }

    /// <summary>The namespace as the table writes it; null outside the SDK.</summary>
    public static string? RoomName(string fullTypeName)
    {
        var end = fullTypeName.LastIndexOf('.');
        if (end < 0 || (fullTypeName != "DriverSdk" && !fullTypeName.StartsWith("DriverSdk.", StringComparison.Ordinal)))
            return null;
        var space = fullTypeName[..end];
        return space == "DriverSdk" ? "DriverSdk" : space["DriverSdk.".Length..];
    }

    private static IReadOnlyList<Room> Parse() =>
        [.. MarkdownTable.Rows(Repository.Read(Page), "Room").Select(cells => new Room(Plain(cells[0]), Plain(cells[1]), [.. cells[2].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Plain).Where(name => name != "nothing")]))];

    private static string Plain(string cell) => cell.Trim().Trim('`');
}
