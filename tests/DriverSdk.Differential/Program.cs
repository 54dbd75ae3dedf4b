using System.CommandLine;
using DriverSdk.Differential.Campaigns;
using DriverSdk.PlantedDefects;

var seed = new Option<int>("--seed") { Description = "The first seed; otherwise a fresh one, which is printed.", DefaultValueFactory = _ => Random.Shared.Next(1 << 30) };
var count = new Option<int>("--count") { Description = "How many trees or sequences.", DefaultValueFactory = _ => 100_000 };
var minutes = new Option<double>("--minutes") { Description = "Minutes after which it stops; the record says how far it came.", DefaultValueFactory = _ => 60 };
var against = new Option<string>("--against") { Description = "unit (in this process), unit-stale, unit-minimal, door (driversdk qtest) or qemu.", DefaultValueFactory = _ => "unit" };
var root = new Option<string>("--root") { Description = "The repository; otherwise the one above the current folder.", DefaultValueFactory = _ => RepositoryRoot.AboveCurrentFolder() };

var trees = new Command("trees", "Random root, context and page tables: each request must end as the slow twin says.") { seed, count, minutes, against, root };
var sequences = new Command("sequences", "Random edits, invalidations and requests: each request must end in a way that the caches may cause.") { seed, count, minutes, against, root };
trees.SetAction(options => ComparisonConsole.Compare("trees", Comparisons.Trees, Options(options)));
sequences.SetAction(options => ComparisonConsole.Compare("sequences", Comparisons.Sequences, Options(options)));
var hostile = new Command("hostile", "Random bytes as tables, descriptors, registers and lines: no crash, no hang, no access outside RAM.") { seed, minutes, root };
hostile.SetAction(options => ComparisonConsole.Hostile(new ComparisonOptions(
    options.GetValue(root)!, "door", options.GetValue(seed), int.MaxValue, TimeSpan.FromMinutes(options.GetValue(minutes)))));
return new RootCommand("Random comparisons of the remapping unit with QEMU's and with a slow twin.") { trees, sequences, hostile }.Parse(args).Invoke();

ComparisonOptions Options(ParseResult options) => new(
    options.GetValue(root)!, options.GetValue(against)!, options.GetValue(seed), options.GetValue(count), TimeSpan.FromMinutes(options.GetValue(minutes)));
