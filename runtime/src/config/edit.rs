//! Changes to `cogbox.toml` that leave the operator's comments, order and style as they are.

use std::path::Path;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::Problem;

/// The head of a file that did not exist.
const HEAD: &str = "# The bot's configuration; README.md tells what else can stand here.\n";

/// The file, as it will be written.
pub struct Edit {
    doc: DocumentMut,
    fresh: bool,
}

/// What a cog's table says.
pub struct Wanted<'a> {
    /// The component's file, as seen from the configuration's folder.
    pub source: &'a str,
    /// What it is granted.
    pub grant: &'a [String],
    /// The web hosts it may reach.
    pub http: &'a [String],
    /// Its limit of one transfer in bytes, when that changes.
    pub transfer: Option<usize>,
}

impl Edit {
    /// Reads the file; one that is missing is empty.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        let problem = |what: String| {
            let place = path.display().to_string();
            Problem::new(place, what, "check the file and its permissions")
        };
        let (text, fresh) = match std::fs::read_to_string(path) {
            Ok(text) => (text, false),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (HEAD.to_owned(), true),
            Err(error) => return Err(problem(format!("the file can't be read: {error}"))),
        };
        let doc = text.parse::<DocumentMut>();
        let doc = doc.map_err(|error| problem(error.message().replace('\n', ", ")))?;
        Ok(Self { doc, fresh })
    }

    /// Whether there was no file.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Returns the file's new content.
    pub fn text(&self) -> String {
        self.doc.to_string()
    }

    /// Adds a cog, or changes what differs.
    pub fn put_cog(&mut self, name: &str, wanted: &Wanted<'_>) {
        let Some(cogs) = table(self.doc.as_table_mut(), "cogs", true) else {
            return;
        };
        let new = !cogs.contains_key(name);
        let Some(cog) = table(cogs, name, false) else {
            return;
        };
        if cog.get("source").and_then(Item::as_str) != Some(wanted.source) {
            set(cog, "source", value(wanted.source));
        }
        for (key, texts) in [("grant", wanted.grant), ("http", wanted.http)] {
            match cog.get_mut(key).and_then(Item::as_array_mut) {
                Some(list) => set_list(list, texts),
                None if texts.is_empty() => {}
                None => set(cog, key, value(texts.iter().collect::<Array>())),
            }
        }
        if let Some(bytes) = wanted.transfer {
            set_transfer(cog, bytes);
        }
        if new {
            self.set_apart(name);
        }
    }

    /// Parts a new table from what is before it. What stands in a file without tables, which is its
    /// end for the parser, comes first.
    fn set_apart(&mut self, name: &str) {
        let only = self.doc.iter().all(|(key, _)| key == "cogs")
            && self.doc["cogs"]
                .as_table_like()
                .is_some_and(|cogs| cogs.len() == 1);
        let end = self.doc.trailing().as_str().unwrap_or_default().to_owned();
        let above = match (only, end.is_empty()) {
            (true, true) => String::new(),
            (true, false) => format!("{}\n\n", end.trim_end()),
            (false, _) => "\n".to_owned(),
        };
        let cog = self.doc["cogs"].get_mut(name);
        if let Some(cog) = cog.and_then(Item::as_table_mut) {
            cog.decor_mut().set_prefix(above);
            if only {
                self.doc.set_trailing("");
            }
        }
    }

    /// Changes where a cog's component is.
    pub fn set_source(&mut self, name: &str, source: &str) {
        let cogs = self.doc.get_mut("cogs").and_then(Item::as_table_like_mut);
        let cog = cogs.and_then(|cogs| cogs.get_mut(name)?.as_table_like_mut());
        if let Some(cog) = cog {
            set(cog, "source", value(source));
        }
    }

    /// Takes a cog out, with the comment right above it. A comment that a blank line sets apart is
    /// not about the cog, and stays.
    pub fn remove_cog(&mut self, name: &str) {
        let Some(cogs) = self.doc.get_mut("cogs").and_then(Item::as_table_like_mut) else {
            return;
        };
        let Some(Item::Table(gone)) = cogs.remove(name) else {
            return;
        };
        let above = prefix(&gone);
        let Some(apart) = above.rfind("\n\n").map(|at| &above[..=at]) else {
            return;
        };
        if apart.trim().is_empty() {
            return;
        }
        let later = |at: &isize| gone.position().is_none_or(|gone| *at > gone);
        let mut positions = Vec::new();
        each_table(self.doc.as_table_mut(), &mut |table| {
            positions.extend(table.position())
        });
        match positions.into_iter().filter(later).min() {
            Some(next) => each_table(self.doc.as_table_mut(), &mut |table| {
                if table.position() == Some(next) {
                    let comment = format!("{apart}{}", prefix(table));
                    table.decor_mut().set_prefix(comment);
                }
            }),
            None => {
                let end = self.doc.trailing().as_str().unwrap_or_default();
                let end = format!("{apart}{end}");
                self.doc.set_trailing(end);
            }
        }
    }
}

/// Returns a table in a table, made where it is missing.
fn table<'a>(
    parent: &'a mut dyn TableLike,
    name: &str,
    implicit: bool,
) -> Option<&'a mut dyn TableLike> {
    if !parent.contains_key(name) {
        let mut table = Table::new();
        table.set_implicit(implicit);
        parent.insert(name, Item::Table(table));
    }
    parent.get_mut(name)?.as_table_like_mut()
}

/// Sets a key, and leaves the comments around it as they are.
fn set(table: &mut dyn TableLike, key: &str, new: Item) {
    match (table.get_mut(key).and_then(Item::as_value_mut), new) {
        (Some(old), Item::Value(mut new)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (_, new) => drop(table.insert(key, new)),
    }
}

/// Makes a list hold these texts. Those that stay keep their place, and every comment stays.
fn set_list(list: &mut Array, texts: &[String]) {
    let mut there: Vec<_> = list.iter().cloned().collect();
    list.clear();
    let decor = |value: &Value| {
        value
            .decor()
            .prefix()
            .and_then(|p| p.as_str())
            .map(str::to_owned)
    };
    // An entry begins where the others do: on a line of its own, or after a blank.
    let first = there.first().and_then(decor).unwrap_or_default();
    let begin = first.rfind('\n').map(|at| first[at..].to_owned());
    for text in texts {
        if !there.iter().any(|value| value.as_str() == Some(text)) {
            let mut new = Value::from(text.as_str());
            let blank = if there.is_empty() { "" } else { " " };
            let before = begin.clone().unwrap_or_else(|| blank.to_owned());
            new.decor_mut().set_prefix(before);
            there.push(new);
        }
    }
    // What stands after an entry's comma is before the next one, for the parser.
    let mut carried = String::new();
    // A comment ends with its line.
    let after = |carried: &str, next: &str| match carried.contains('#') && !next.contains('\n') {
        true => format!("{carried}\n{next}"),
        false => format!("{carried}{next}"),
    };
    for mut value in there {
        let before = decor(&value).unwrap_or_default();
        let suffix = value.decor().suffix().and_then(|suffix| suffix.as_str());
        let comment = suffix.filter(|suffix| suffix.contains('#'));
        let comment = comment.unwrap_or_default().trim_end().to_owned();
        let stays = |text: &str| texts.iter().any(|wanted| wanted == text);
        if value.as_str().is_some_and(stays) {
            let first_now = list.is_empty() && begin.is_none();
            let before = if first_now {
                before.trim_start()
            } else {
                &before
            };
            value.decor_mut().set_prefix(after(&carried, before));
            value.decor_mut().set_suffix("");
            list.push_formatted(value);
            carried.clear();
        } else if before.contains('#') {
            carried += before.trim_end();
        }
        carried += &comment;
    }
    let end = list.trailing().as_str().unwrap_or_default();
    let end = after(&carried, end);
    list.set_trailing(end);
}

fn set_transfer(cog: &mut dyn TableLike, bytes: usize) {
    let size = format!("{}KiB", bytes.div_ceil(1 << 10));
    if !cog.contains_key("limits") {
        set(cog, "limits", value(InlineTable::new()));
    }
    let Some(limits) = cog.get_mut("limits") else {
        return;
    };
    if let Some(limits) = limits.as_table_like_mut() {
        set(limits, "transfer", value(size));
    }
    if let Some(limits) = limits.as_inline_table_mut()
        && !limits.to_string().contains('#')
    {
        limits.fmt();
    }
}

/// Returns what stands above a table's header.
fn prefix(table: &Table) -> String {
    let prefix = table.decor().prefix().and_then(|prefix| prefix.as_str());
    prefix.unwrap_or_default().to_owned()
}

/// Visits every table that has a header of its own.
fn each_table(table: &mut Table, visit: &mut dyn FnMut(&mut Table)) {
    for (_, item) in table.iter_mut() {
        if let Item::Table(table) = item {
            if !table.is_implicit() {
                visit(table);
            }
            each_table(table, visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str) -> Edit {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cogbox.toml");
        std::fs::write(&path, text).unwrap();
        Edit::open(&path).unwrap()
    }

    fn put(text: &str, name: &str, grant: &[&str], transfer: Option<usize>) -> String {
        let mut edit = edit(text);
        let grant: Vec<_> = grant.iter().map(|name| name.to_string()).collect();
        let source = &format!("cogs/{name}.wasm");
        let wanted = Wanted {
            source,
            grant: &grant,
            http: &[],
            transfer,
        };
        edit.put_cog(name, &wanted);
        edit.text()
    }

    const FILE: &str = "# My bot.

[store] # small disk
path = \"here.db\"

# The fun one.
[cogs.fun]
source = \"fun.wasm\" # built by hand
grant = [
    \"guilds\", # for /who
    \"messages\",
]
limits = { memory = \"32MiB\" }

# What follows is about the page.

# Nobody else uses this port.
[web]
bind = \"127.0.0.1:9000\" # the end
";

    #[test]
    fn what_an_operator_wrote_stays() {
        let changed = put(FILE, "fun", &["guilds", "roles"], Some(300 << 10));
        let expected = FILE
            .replace("\"fun.wasm\"", "\"cogs/fun.wasm\"")
            .replace("    \"messages\",\n", "    \"roles\",\n")
            .replace("\"32MiB\"", "\"32MiB\", transfer = \"300KiB\"");
        assert_eq!(changed, expected);
        let list = |text: &str, grant: &[&str]| {
            let text = format!("[cogs.fun]\nsource = \"cogs/fun.wasm\"\ngrant = {text}\n");
            let changed = put(&text, "fun", grant, None);
            changed
                .split_once("grant = ")
                .unwrap()
                .1
                .trim_end()
                .to_owned()
        };
        assert_eq!(list("[\"a\", \"b\"]", &["b", "c"]), "[\"b\", \"c\"]");
        assert_eq!(list("[]", &["a", "b"]), "[\"a\", \"b\"]");
        assert_eq!(
            list("[\n  \"a\", # why a\n  \"b\" # why b\n]", &["a"]),
            "[\n  \"a\" # why a # why b\n]"
        );
        assert_eq!(
            put("# mine\n", "fun", &[], None),
            "# mine\n\n[cogs.fun]\nsource = \"cogs/fun.wasm\"\n"
        );
        let added = put(FILE, "music", &["messages"], None);
        let (before, web) = FILE.split_at(FILE.find("\n# What follows").unwrap());
        let table = "\n[cogs.music]\nsource = \"cogs/music.wasm\"\ngrant = [\"messages\"]\n";
        assert_eq!(added, format!("{before}{table}{web}"));
        assert_eq!(
            put("", "fun", &[], None),
            "[cogs.fun]\nsource = \"cogs/fun.wasm\"\n"
        );
        for odd in ["cogs = {}\n", "[cogs]\n", "cogs.a.source = \"a\"\n"] {
            let text = put(odd, "fun", &["roles"], Some(1 << 20));
            let read: toml::Table = toml::from_str(&text).unwrap();
            let limits = read["cogs"]["fun"]["limits"].as_table().unwrap();
            assert_eq!(limits["transfer"].as_str(), Some("1024KiB"), "{text}");
        }
    }

    #[test]
    fn a_removed_cog_takes_its_own_comment_along() {
        let mut fun = edit(FILE);
        fun.remove_cog("fun");
        let (start, end) = (
            FILE.find("\n# The fun").unwrap(),
            FILE.find("\n# What").unwrap(),
        );
        assert_eq!(fun.text(), format!("{}{}", &FILE[..start], &FILE[end..]));

        let first = "# My bot.\n\n# One.\n[cogs.one]\nsource = \"1\"\n";
        let mut only = edit(first);
        only.remove_cog("nobody");
        only.remove_cog("one");
        assert_eq!(only.text().trim(), "# My bot.");
        let mut one = edit(&format!("{first}\n[cogs.two]\nsource = \"2\"\n"));
        one.remove_cog("one");
        let rest = "[cogs.two]\nsource = \"2\"\n";
        assert_eq!(one.text(), format!("# My bot.\n\n{rest}"));
    }
}
