namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class RoomTests
{
    [TestMethod]
    public void EveryTypeReference_GoesWhereTheRoomTableAllows()
    {
        Findings.ShouldBeEmpty(
            from edge in Edges()
            let room = RoomTable.Of(edge.From)
            let other = RoomTable.Of(edge.To)
            where room is not null && other is not null && !room.Allows(other.Name)
            group edge by (room.Name, Other: other.Name) into pair
            select $"{pair.Key.Name} -> {pair.Key.Other}: {string.Join(", ", pair.Take(3).Select(edge => $"{edge.From} uses {edge.To}"))}{(pair.Count() > 3 ? $", and {pair.Count() - 3} more" : "")}",
            $"turn the reference round (an interface or event of the room that is used), or move the type; widening the row in {RoomTable.Page} is a decision to write down");
    }

    [TestMethod]
    public void RoomsThatUseEachOther_AreTheListedPairs()
    {
        var uses = Edges().Select(edge => (From: RoomTable.Of(edge.From)?.Name, To: RoomTable.Of(edge.To)?.Name))
            .Where(edge => edge.From is not null && edge.To is not null && edge.From != edge.To && edge.From.Contains('.') && edge.To.Contains('.')).ToHashSet();
        var mutual = uses.Where(edge => uses.Contains((edge.To, edge.From))).Select(edge => Pair(edge.From!, edge.To!)).ToHashSet();
        var listed = RoomTable.MutualPairs.Select(pair => Pair(pair.One, pair.Other)).ToHashSet();
        Findings.ShouldBeEmpty(
            mutual.Except(listed).Select(pair => $"{pair}: use each other and are not listed").Concat(listed.Except(mutual).Select(pair => $"{pair}: listed, but do not use each other")),
            $"better: turn one direction round; otherwise correct the list 'Rooms that know each other' in {RoomTable.Page}");

        static string Pair(string one, string other) => string.CompareOrdinal(one, other) < 0 ? $"{one}, {other}" : $"{other}, {one}";
    }

    [TestMethod]
    public void EveryNamespace_HasARoom()
    {
        Findings.ShouldBeEmpty(
            SdkAssemblies.All.SelectMany(assembly => assembly.GetTypes())
                .Where(type => type.Namespace is not null && RoomTable.RoomName(type.FullName!) is not null && RoomTable.Of(type.FullName!) is null)
                .Select(type => $"{type.Namespace} ({type.Assembly.GetName().Name}) has no row"),
            $"add a row to the room table in {RoomTable.Page}: the room, its assembly, and what it may use");
    }

    [TestMethod]
    public void EveryRoom_IsWhereItsRowSays()
    {
        var namespaces = SdkAssemblies.All.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace is not null && !type.Name.Contains('<'))
            .Select(type => (Room: RoomTable.Of(type.FullName!), Assembly: type.Assembly.GetName().Name!))
            .Where(pair => pair.Room is not null).ToHashSet();
        Findings.ShouldBeEmpty(
            RoomTable.All.SelectMany(room => namespaces.Where(pair => pair.Room == room && pair.Assembly != room.Assembly)
                .Select(pair => $"{room.Name} is in {pair.Assembly}; the table says {room.Assembly}"))
            .Concat(RoomTable.All.Where(room => namespaces.All(pair => pair.Room != room)).Select(room => $"{room.Name} has a row and no type"))
            .Concat(RoomTable.All.SelectMany(room => room.MayUse.Where(IsUnknown).Select(name => $"{room.Name} may use {name}, which is no room"))),
            $"correct the room table in {RoomTable.Page}");
    }

    [TestMethod]
    public void ContractRooms_MayUseOnlyContract()
    {
        Findings.ShouldBeEmpty(
            RoomTable.All.Where(room => room.Assembly == "DriverSdk.Contract")
                .SelectMany(room => room.MayUse.Where(name => !name.StartsWith("Contract", StringComparison.Ordinal)).Select(name => $"{room.Name} may use {name}")),
            "the contract knows neither side: take the entry out of the table");
    }

    private static bool IsUnknown(string name) =>
        name.EndsWith(".*", StringComparison.Ordinal) ? !RoomTable.All.Any(room => room.Name.StartsWith(name[..^1], StringComparison.Ordinal)) : RoomTable.All.All(room => room.Name != name);

    private static IEnumerable<(string From, string To)> Edges()
    {
        foreach (var name in SdkAssemblies.Names)
        {
            using var assembly = new CompiledAssembly(SdkAssemblies.PathOf(name));
            foreach (var (type, uses) in assembly.TypeReferences())
            {
                foreach (var use in uses.Where(use => use.StartsWith("DriverSdk.", StringComparison.Ordinal)))
                    yield return (type, use);
            }
        }
    }
}
