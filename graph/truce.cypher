// The trade truce of May and June 2025, as one newspaper article tells it.
//
// Facts of "U.S. and China Agree to Walk Back Tensions", The New York Times,
// 10 June 2025, in our own words. graph/README.md describes the model.
// Load it into an empty database: dossier truce.dossier -f graph/truce.cypher

// ---- People ---------------------------------------------------------------

CREATE (:Person {name: 'Donald Trump', role: 'President of the United States',
                 returned_to_office: date('2025-01-20'), date_basis: 'common knowledge'}),
       (:Person {name: 'Xi Jinping', role: 'leader of China'}),
       (:Person {name: 'Howard Lutnick', role: 'US Commerce Secretary'}),
       (:Person {name: 'Scott Bessent', role: 'US Treasury Secretary'}),
       (:Person {name: 'Jamieson Greer', role: 'US Trade Representative', date_basis: 'common knowledge'}),
       (:Person {name: 'He Lifeng', role: 'Vice Premier of China for economic policy'}),
       (:Person {name: 'Li Chenggang', role: 'Vice Commerce Minister of China'}),
       (:Person:Journalist {name: 'Alan Rappeport', role: 'economic policy reporter',
                            covers: ['US Department of the Treasury', 'taxes', 'trade', 'fiscal matters']}),
       (:Person:Journalist {name: 'Ana Swanson', role: 'trade and international economics reporter',
                            covers: ['trade', 'international economics'], experience: 'more than ten years'});

// ---- Countries, governments, organisations ----------------------------------

CREATE (us:Country:Place {name: 'United States'}),
       (china:Country:Place {name: 'China'}),
       (administration:Government:Organization {name: 'Trump administration'}),
       (government:Government:Organization {name: 'Chinese government'}),
       (administration)-[:GOVERNS {date_basis: 'common knowledge'}]->(us),
       (government)-[:GOVERNS {date_basis: 'common knowledge'}]->(china),
       (:Organization {name: 'US Department of Commerce'})-[:PART_OF {date_basis: 'common knowledge'}]->(administration),
       (:Organization {name: 'US Department of the Treasury'})-[:PART_OF {date_basis: 'common knowledge'}]->(administration),
       (:Organization {name: 'Ministry of Commerce of China'})-[:PART_OF {date_basis: 'common knowledge'}]->(government),
       (:Organization {name: 'United States Congress'})-[:PART_OF {date_basis: 'common knowledge'}]->(us),
       (:Organization:Media {name: 'The New York Times'}),
       (:Organization:Media {name: 'Chinese state media'}),
       (:Organization:Group {name: 'American manufacturers'}),
       (:Organization:Group {name: 'American defense contractors'}),
       (:Group {name: 'Chinese students'}),
       (:Organization:Delegation {name: 'US delegation'})-[:REPRESENTS {date_basis: 'common knowledge'}]->(administration),
       (:Organization:Delegation {name: 'Chinese delegation'})-[:REPRESENTS {date_basis: 'common knowledge'}]->(government);

// ---- Places ---------------------------------------------------------------

MATCH (us:Country {name: 'United States'}), (china:Country {name: 'China'})
CREATE (:Place {name: 'London'}),
       (:Place {name: 'Lancaster House'}),
       (:Place {name: 'Geneva'})-[:LOCATED_IN {date_basis: 'common knowledge'}]->(:Country:Place {name: 'Switzerland'}),
       (:Place {name: 'Washington'})-[:LOCATED_IN {date_basis: 'common knowledge'}]->(us),
       (:Place {name: 'Beijing'})-[:LOCATED_IN {date_basis: 'common knowledge'}]->(china);

// ---- Events, agreements, measures, goods, the source -------------------------

CREATE (:Event {name: 'Geneva meeting', date: date('2025-05-10'), date_basis: 'common knowledge',
                date_note: 'the article says last month'}),
       (:Event {name: 'Trump-Xi phone call', date: date('2025-06-05'), date_basis: 'common knowledge',
                date_note: 'the article says days before the London talks', minutes: 90}),
       (:Event {name: 'London talks', date: date('2025-06-09'), until: date('2025-06-10'),
                date_basis: 'derived', days: 2}),
       (:Event {name: 'Lutnick press statement', date: date('2025-06-10'), date_basis: 'derived'}),
       (:Event {name: 'Congressional hearings', date: date('2025-06-11'), date_basis: 'derived'});

CREATE (:Agreement {name: 'Geneva consensus', kind: 'trade truce', valid_from: date('2025-05-12'),
                    date_basis: 'common knowledge', date_note: 'the article says last month'}),
       (:Agreement {name: 'London framework', kind: 'framework', valid_from: date('2025-06-10'),
                    date_basis: 'derived', status: 'awaits final approval'});

CREATE (:Measure:Tariff {name: 'US tariffs on Chinese goods', valid_from: date('2025-04-01'),
                         date_basis: 'derived', date_note: 'raised in April; the day is not given'}),
       (:Measure:ExportRestriction {name: 'Chinese export restrictions', valid_from: date('2025-04-01'),
                                    date_basis: 'derived', date_note: 'after the tariffs of April; the day is not given'}),
       (:Measure:ExportRestriction {name: 'US export restrictions', valid_from: date('2025-05-12'),
                                    date_basis: 'derived', date_note: 'not before the Geneva consensus; the day is not given'}),
       (:Measure:Proposal {name: 'US proposal to bar Chinese students', valid_from: date('2025-05-12'),
                           date_basis: 'derived', date_note: 'not before the Geneva consensus; the day is not given',
                           status: 'proposed'});

CREATE (minerals:Good {name: 'rare-earth minerals'}),
       (magnets:Good {name: 'rare-earth magnets'})-[:MADE_WITH {date_basis: 'common knowledge'}]->(minerals),
       (:Good {name: 'semiconductor software'}),
       (:Good {name: 'ethane'}),
       (:Good {name: 'butane'}),
       (:Good {name: 'nuclear components'}),
       (:Good {name: 'aerospace components'});

CREATE (:Source:Document {title: 'U.S. and China Agree to Walk Back Tensions', published: date('2025-06-10'),
                          date_basis: 'stated', paragraphs: 17, language: 'en'});

// ---- Who holds which office: stated by the paper, or common knowledge -----------

MATCH (trump:Person {name: 'Donald Trump'}), (xi:Person {name: 'Xi Jinping'}),
      (us:Country {name: 'United States'}), (china:Country {name: 'China'}),
      (greer:Person {name: 'Jamieson Greer'}), (administration:Government {name: 'Trump administration'})
CREATE (trump)-[:HOLDS_OFFICE {office: 'President', date_basis: 'common knowledge'}]->(us),
       (xi)-[:HOLDS_OFFICE {office: 'Leader', date_basis: 'common knowledge'}]->(china),
       (greer)-[:HOLDS_OFFICE {office: 'Trade Representative', date_basis: 'common knowledge'}]->(administration);

// Fact 4: Lutnick is commerce secretary and one of the US negotiators.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (lutnick:Person {name: 'Howard Lutnick'}), (commerce:Organization {name: 'US Department of Commerce'}),
      (delegation:Delegation {name: 'US delegation'})
CREATE (lutnick)-[s1:HOLDS_OFFICE {office: 'Secretary of Commerce', date_basis: 'stated'}]->(commerce),
       (lutnick)-[s2:MEMBER_OF]->(delegation)
WITH nyt, article, [s1, s2] AS statements
UNWIND statements AS s
CREATE (nyt)-[c:ASSERTS {locator: '¶3', date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶3', paragraph: 3}]->(article);

// Fact 10, its introduction: Li is a vice minister.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (li:Person {name: 'Li Chenggang'}), (ministry:Organization {name: 'Ministry of Commerce of China'})
CREATE (li)-[s:HOLDS_OFFICE {office: 'Vice Minister of Commerce', date_basis: 'stated'}]->(ministry),
       (nyt)-[c:ASSERTS {locator: '¶8', date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶8', paragraph: 8}]->(article);

// Facts 11 and 12: who led the delegations, and who left early for what.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (bessent:Person {name: 'Scott Bessent'}), (treasury:Organization {name: 'US Department of the Treasury'}),
      (us:Delegation {name: 'US delegation'}),
      (he:Person {name: 'He Lifeng'}), (government:Government {name: 'Chinese government'}),
      (china:Delegation {name: 'Chinese delegation'}),
      (talks:Event {name: 'London talks'}), (hearings:Event {name: 'Congressional hearings'}),
      (congress:Organization {name: 'United States Congress'}), (washington:Place {name: 'Washington'})
CREATE (bessent)-[s1:HOLDS_OFFICE {office: 'Secretary of the Treasury', date_basis: 'stated'}]->(treasury),
       (bessent)-[s2:LEADS]->(us),
       (bessent)-[s3:LEFT {date: date('2025-06-10'), date_basis: 'derived', time_of_day: 'late'}]->(talks),
       (bessent)-[s4:LEFT_FOR {date: date('2025-06-10'), date_basis: 'derived'}]->(hearings),
       (hearings)-[s5:HELD_BY]->(congress),
       (hearings)-[s6:HELD_AT]->(washington),
       (he)-[s7:HOLDS_OFFICE {office: 'Vice Premier for economic policy', date_basis: 'stated'}]->(government),
       (he)-[s8:LEADS]->(china),
       (us)-[s9:TOOK_PART_IN]->(talks),
       (china)-[s10:TOOK_PART_IN]->(talks)
WITH nyt, article, [s1, s2, s3, s4, s5, s6, s7, s8, s9, s10] AS statements
UNWIND statements AS s
CREATE (nyt)-[c:ASSERTS {locator: '¶9', date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶9', paragraph: 9}]->(article);

// ---- The London framework -----------------------------------------------------

// Fact 1: officials of both countries say that they agreed on it, to extend the truce.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (administration:Government {name: 'Trump administration'}), (government:Government {name: 'Chinese government'}),
      (framework:Agreement {name: 'London framework'}), (consensus:Agreement {name: 'Geneva consensus'})
CREATE (administration)-[s1:AGREED_ON {date: date('2025-06-10'), date_basis: 'derived'}]->(framework),
       (government)-[s2:AGREED_ON {date: date('2025-06-10'), date_basis: 'derived'}]->(framework),
       (framework)-[s3:EXTENDS {purpose: 'to ease tension'}]->(consensus)
WITH nyt, article, [administration, government] AS claimants, [s1, s2, s3] AS statements
UNWIND statements AS s
UNWIND claimants AS who
CREATE (who)-[c:ASSERTS {locator: '¶1', date: date('2025-06-10'), date_basis: 'derived', speaker: 'officials'}]->[s],
       (nyt)-[:ASSERTS {locator: '¶1', date: date('2025-06-10'), date_basis: 'stated'}]->[c],
       [c]-[:CITED_IN {locator: '¶1', paragraph: 1}]->(article);

// Fact 2: two days of talks; the two leaders have the last word.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (framework:Agreement {name: 'London framework'}), (talks:Event {name: 'London talks'}),
      (trump:Person {name: 'Donald Trump'}), (xi:Person {name: 'Xi Jinping'})
CREATE (framework)-[s1:REACHED_AT {days: 2, date: date('2025-06-10'), date_basis: 'derived'}]->(talks),
       (framework)-[s2:AWAITS_APPROVAL_BY]->(trump),
       (framework)-[s3:AWAITS_APPROVAL_BY]->(xi)
WITH nyt, article, [s1, s2, s3] AS statements
UNWIND statements AS s
CREATE (nyt)-[c:ASSERTS {locator: '¶2', date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶2', paragraph: 2}]->(article);

// Fact 3: it is to make the Geneva consensus firm again, which had come apart.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (framework:Agreement {name: 'London framework'}), (consensus:Agreement {name: 'Geneva consensus'}),
      (talks:Event {name: 'London talks'})
CREATE (framework)-[s1:SOLIDIFIES {valid_from: date('2025-06-10'), date_basis: 'derived'}]->(consensus),
       (consensus)-[s2:UNRAVELLED_BEFORE {period: 'recent weeks'}]->(talks)
WITH nyt, article, [s1, s2] AS statements
UNWIND statements AS s
CREATE (nyt)-[c:ASSERTS {locator: '¶3', date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶3', paragraph: 3}]->(article);

// Facts 5 to 8: what Lutnick says.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (lutnick:Person {name: 'Howard Lutnick'}), (press:Event {name: 'Lutnick press statement'}),
      (framework:Agreement {name: 'London framework'}), (consensus:Agreement {name: 'Geneva consensus'}),
      (restrictions:Measure {name: 'Chinese export restrictions'}), (london:Place {name: 'London'}),
      (trump:Person {name: 'Donald Trump'}), (xi:Person {name: 'Xi Jinping'}),
      (phone:Event {name: 'Trump-Xi phone call'}), (talks:Event {name: 'London talks'}),
      (us:Delegation {name: 'US delegation'}), (china:Delegation {name: 'Chinese delegation'})
CREATE (lutnick)-[p1:SPOKE_AT]->(press),
       (press)-[p2:HELD_AT]->(london),
       (nyt)-[n1:ASSERTS {locator: '¶4', date: date('2025-06-10'), date_basis: 'stated'}]->[p1],
       (nyt)-[n2:ASSERTS {locator: '¶4', date: date('2025-06-10'), date_basis: 'stated'}]->[p2],
       [n1]-[:CITED_IN {locator: '¶4', paragraph: 4}]->(article),
       [n2]-[:CITED_IN {locator: '¶4', paragraph: 4}]->(article),
       (framework)-[s1:RESOLVES {concern: 'supply of rare-earth minerals and magnets'}]->(restrictions),
       (framework)-[s2:IMPLEMENTS]->(consensus),
       (trump)-[s3:BRIEFED_ON {expected: true, before: 'implementation'}]->(framework),
       (xi)-[s4:BRIEFED_ON {expected: true, before: 'implementation'}]->(framework),
       (china)-[s5:AIMED_TO_DELIVER {what: 'what Xi had told Trump'}]->(phone),
       (us)-[s6:HAD_IMPETUS_FOR]->(talks),
       (china)-[s7:HAD_IMPETUS_FOR]->(talks)
WITH nyt, article, lutnick,
     [[s1, 3], [s2, 4], [s3, 5], [s4, 5], [s5, 6], [s6, 6], [s7, 6]] AS statements
UNWIND statements AS pair
WITH nyt, article, lutnick, pair[0] AS s, pair[1] AS paragraph
CREATE (lutnick)-[c:ASSERTS {locator: '¶' + toString(paragraph), date: date('2025-06-10'), date_basis: 'derived'}]->[s],
       (nyt)-[:ASSERTS {locator: '¶' + toString(paragraph), date: date('2025-06-10'), date_basis: 'stated'}]->[c],
       [c]-[:CITED_IN {locator: '¶' + toString(paragraph), paragraph: paragraph}]->(article);

// Fact 9: what Greer says.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (greer:Person {name: 'Jamieson Greer'}),
      (talks:Event {name: 'London talks'}), (consensus:Agreement {name: 'Geneva consensus'}),
      (administration:Government {name: 'Trump administration'}), (government:Government {name: 'Chinese government'})
CREATE (talks)-[s1:ABOUT {aspect: 'compliance', topics: ['rare-earth exports', 'tariffs']}]->(consensus),
       (administration)-[s2:IN_CONTACT_WITH {how: 'regularly'}]->(government)
WITH nyt, article, greer, [s1, s2] AS statements
UNWIND statements AS s
CREATE (greer)-[c:ASSERTS {locator: '¶7', date: date('2025-06-10'), date_basis: 'derived'}]->[s],
       (nyt)-[:ASSERTS {locator: '¶7', date: date('2025-06-10'), date_basis: 'stated'}]->[c],
       [c]-[:CITED_IN {locator: '¶7', paragraph: 7}]->(article);

// Fact 10: reported speech with two links. The paper reports that the state media
// report that Li said so; each link is a claim about the claim before it.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (li:Person {name: 'Li Chenggang'}), (media:Media {name: 'Chinese state media'}),
      (talks:Event {name: 'London talks'})
UNWIND ['professional', 'reasonable', 'substantive', 'candid'] AS quality
CREATE (talks)-[s:CHARACTERIZED_AS]->(:Quality {name: quality}),
       (li)-[c:ASSERTS {locator: '¶8', date: date('2025-06-10'), date_basis: 'derived'}]->[s],
       (media)-[report:ASSERTS {locator: '¶8', date: date('2025-06-10'), date_basis: 'derived'}]->[c],
       (nyt)-[:ASSERTS {locator: '¶8', date: date('2025-06-10'), date_basis: 'stated'}]->[report],
       [c]-[:CITED_IN {locator: '¶8', paragraph: 8}]->(article),
       [report]-[:CITED_IN {locator: '¶8', paragraph: 8}]->(article);

// ---- Tariffs, restrictions, and the truce of May ----------------------------------

// Facts 13 and 14: tariffs, the restrictions that answer them, and whom those threaten.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (trump:Person {name: 'Donald Trump'}),
      (us:Country {name: 'United States'}), (china:Country {name: 'China'}),
      (tariffs:Measure {name: 'US tariffs on Chinese goods'}), (restrictions:Measure {name: 'Chinese export restrictions'}),
      (minerals:Good {name: 'rare-earth minerals'}), (magnets:Good {name: 'rare-earth magnets'}),
      (manufacturers:Group {name: 'American manufacturers'}), (contractors:Group {name: 'American defense contractors'})
CREATE (trump)-[s1:RAISED {valid_from: date('2025-04-01'), date_basis: 'derived'}]->(tariffs),
       (us)-[s2:IMPOSED {valid_from: date('2025-04-01'), date_basis: 'derived'}]->(tariffs),
       (tariffs)-[s3:TARGETS {valid_from: date('2025-04-01'), date_basis: 'derived'}]->(china),
       (china)-[s4:IMPOSED {valid_from: date('2025-04-01'), date_basis: 'derived'}]->(restrictions),
       (restrictions)-[s5:RESPONDS_TO {valid_from: date('2025-04-01'), date_basis: 'derived'}]->(tariffs),
       (restrictions)-[s6:RESTRICTS {valid_from: date('2025-04-01'), date_basis: 'derived', kind: 'critical minerals'}]->(minerals),
       (restrictions)-[s7:RESTRICTS {valid_from: date('2025-04-01'), date_basis: 'derived'}]->(magnets),
       (restrictions)-[s8:THREATENS {what: 'operations', also: 'others'}]->(manufacturers),
       (restrictions)-[s9:THREATENS {what: 'operations', also: 'others'}]->(contractors)
WITH nyt, article, [s1, s2, s3, s4, s5, s6, s7, s8, s9] AS statements
UNWIND statements AS s
CREATE (nyt)-[c:ASSERTS {locator: '¶10', date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶10', paragraph: 10}]->(article);

// Fact 15: in Geneva both sides agreed to roll the measures back.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (administration:Government {name: 'Trump administration'}), (government:Government {name: 'Chinese government'}),
      (consensus:Agreement {name: 'Geneva consensus'}), (meeting:Event {name: 'Geneva meeting'}), (geneva:Place {name: 'Geneva'}),
      (tariffs:Measure {name: 'US tariffs on Chinese goods'}), (restrictions:Measure {name: 'Chinese export restrictions'})
CREATE (administration)-[s1:AGREED_ON {valid_from: date('2025-05-12'), date_basis: 'common knowledge'}]->(consensus),
       (government)-[s2:AGREED_ON {valid_from: date('2025-05-12'), date_basis: 'common knowledge'}]->(consensus),
       (consensus)-[s3:REACHED_AT]->(meeting),
       (meeting)-[s4:HELD_AT]->(geneva),
       (consensus)-[s5:ROLLS_BACK {valid_from: date('2025-05-12'), date_basis: 'common knowledge'}]->(tariffs),
       (consensus)-[s6:ROLLS_BACK {valid_from: date('2025-05-12'), date_basis: 'common knowledge', kind: 'retaliatory measures'}]->(restrictions)
WITH nyt, article, [s1, s2, s3, s4, s5, s6] AS statements
UNWIND statements AS s
CREATE (nyt)-[c:ASSERTS {locator: '¶11', date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶11', paragraph: 11}]->(article);

// ---- Who broke it: the heart of the matter ------------------------------------------

// Fact 16: US officials say that shipments stayed infrequent.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (administration:Government {name: 'Trump administration'}), (china:Country {name: 'China'}),
      (minerals:Good {name: 'rare-earth minerals'}), (magnets:Good {name: 'rare-earth magnets'})
CREATE (china)-[s1:SHIPPED {frequency: 'infrequent', valid_from: date('2025-05-12'), date_basis: 'derived'}]->(minerals),
       (china)-[s2:SHIPPED {frequency: 'infrequent', valid_from: date('2025-05-12'), date_basis: 'derived'}]->(magnets)
WITH nyt, article, administration, [s1, s2] AS statements
UNWIND statements AS s
CREATE (administration)-[c:ASSERTS {locator: '¶11', date: date('2025-06-10'), date_basis: 'derived', speaker: 'officials'}]->[s],
       (nyt)-[:ASSERTS {locator: '¶11', date: date('2025-06-10'), date_basis: 'stated'}]->[c],
       [c]-[:CITED_IN {locator: '¶11', paragraph: 11}]->(article);

// Facts 17 and 20: each side says that the other one broke the Geneva consensus. The
// paper asserts neither; it asserts that each of them says so.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (administration:Government {name: 'Trump administration'}), (government:Government {name: 'Chinese government'}),
      (us:Country {name: 'United States'}), (china:Country {name: 'China'}),
      (consensus:Agreement {name: 'Geneva consensus'})
CREATE (china)-[v1:VIOLATED {valid_from: date('2025-05-12'), valid_to: date('2025-06-10'), date_basis: 'derived'}]->(consensus),
       (us)-[v2:VIOLATED {valid_from: date('2025-05-12'), valid_to: date('2025-06-10'), date_basis: 'derived'}]->(consensus),
       (administration)-[c1:ASSERTS {locator: '¶11', date: date('2025-06-10'), date_basis: 'derived', speaker: 'officials'}]->[v1],
       (government)-[c2:DENIES {locator: '¶13', date: date('2025-06-10'), date_basis: 'derived', implied: true}]->[v1],
       (government)-[c3:ASSERTS {locator: '¶13', date: date('2025-06-10'), date_basis: 'derived'}]->[v2],
       (nyt)-[:ASSERTS {locator: '¶11', date: date('2025-06-10'), date_basis: 'stated'}]->[c1],
       (nyt)-[:ASSERTS {locator: '¶13', date: date('2025-06-10'), date_basis: 'stated'}]->[c2],
       (nyt)-[:ASSERTS {locator: '¶13', date: date('2025-06-10'), date_basis: 'stated'}]->[c3],
       [c1]-[:CITED_IN {locator: '¶11', paragraph: 11}]->(article),
       [c2]-[:CITED_IN {locator: '¶13', paragraph: 13}]->(article),
       [c3]-[:CITED_IN {locator: '¶13', paragraph: 13}]->(article),
       [v1]-[:CONTRADICTS]->[v2];

// Fact 18: the United States answers with export restrictions, and so responds to what
// it alleges.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (us:Country {name: 'United States'}), (china:Country {name: 'China'}),
      (china)-[violation:VIOLATED]->(consensus:Agreement {name: 'Geneva consensus'}),
      (answer:Measure {name: 'US export restrictions'}), (restrictions:Measure {name: 'Chinese export restrictions'}),
      (software:Good {name: 'semiconductor software'}), (ethane:Good {name: 'ethane'}), (butane:Good {name: 'butane'}),
      (nuclear:Good {name: 'nuclear components'}), (aerospace:Good {name: 'aerospace components'})
CREATE (us)-[s1:IMPOSED {valid_from: date('2025-05-12'), date_basis: 'derived'}]->(answer),
       (answer)-[s2:TARGETS {valid_from: date('2025-05-12'), date_basis: 'derived'}]->(china),
       (answer)-[s3:RESPONDS_TO {valid_from: date('2025-05-12'), date_basis: 'derived'}]->(restrictions),
       (answer)-[s4:RESPONDS_TO {valid_from: date('2025-05-12'), date_basis: 'derived'}]->[violation],
       (answer)-[s5:RESTRICTS {valid_from: date('2025-05-12'), date_basis: 'derived'}]->(software),
       (answer)-[s6:RESTRICTS {valid_from: date('2025-05-12'), date_basis: 'derived'}]->(ethane),
       (answer)-[s7:RESTRICTS {valid_from: date('2025-05-12'), date_basis: 'derived'}]->(butane),
       (answer)-[s8:RESTRICTS {valid_from: date('2025-05-12'), date_basis: 'derived'}]->(nuclear),
       (answer)-[s9:RESTRICTS {valid_from: date('2025-05-12'), date_basis: 'derived'}]->(aerospace)
WITH nyt, article, [s1, s2, s3, s4, s5, s6, s7, s8, s9] AS statements
UNWIND statements AS s
CREATE (nyt)-[c:ASSERTS {locator: '¶12', date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶12', paragraph: 12}]->(article);

// Fact 19: and with a proposal.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (administration:Government {name: 'Trump administration'}),
      (proposal:Measure {name: 'US proposal to bar Chinese students'}), (students:Group {name: 'Chinese students'})
CREATE (administration)-[s1:PROPOSED {speaker: 'officials'}]->(proposal),
       (proposal)-[s2:TARGETS {what: 'enrolment in the United States'}]->(students)
WITH nyt, article, [s1, s2] AS statements
UNWIND statements AS s
CREATE (nyt)-[c:ASSERTS {locator: '¶12', date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶12', paragraph: 12}]->(article);

// Fact 21: China denies that its rare-earth measures are aimed at the United States.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (government:Government {name: 'Chinese government'}), (us:Country {name: 'United States'}),
      (restrictions:Measure {name: 'Chinese export restrictions'})
CREATE (restrictions)-[s:TARGETS {valid_from: date('2025-04-01'), date_basis: 'derived'}]->(us),
       (government)-[c:DENIES {locator: '¶13', date: date('2025-06-10'), date_basis: 'derived'}]->[s],
       (nyt)-[:ASSERTS {locator: '¶13', date: date('2025-06-10'), date_basis: 'stated'}]->[c],
       [c]-[:CITED_IN {locator: '¶13', paragraph: 13}]->(article);

// ---- The way to London ------------------------------------------------------------------

// Facts 22 and 23: where they met, and the phone call before.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source),
      (talks:Event {name: 'London talks'}), (house:Place {name: 'Lancaster House'}), (london:Place {name: 'London'}),
      (consensus:Agreement {name: 'Geneva consensus'}), (phone:Event {name: 'Trump-Xi phone call'}),
      (trump:Person {name: 'Donald Trump'}), (xi:Person {name: 'Xi Jinping'})
CREATE (talks)-[s1:HELD_AT {date: date('2025-06-10'), date_basis: 'derived'}]->(house),
       (house)-[s2:LOCATED_IN]->(london),
       (talks)-[s3:AIMED_TO_RESTORE]->(consensus),
       (trump)-[s4:TOOK_PART_IN]->(phone),
       (xi)-[s5:TOOK_PART_IN]->(phone),
       (trump)-[s6:SPOKE_WITH {minutes: 90, medium: 'phone', first_since: 'January 2025',
                               date: date('2025-06-05'), date_basis: 'common knowledge'}]->(xi),
       (phone)-[s7:PRECEDED {by: 'days'}]->(talks)
WITH nyt, article, [s1, s2, s3, s4, s5, s6, s7] AS statements
UNWIND statements AS s
CREATE (nyt)-[c:ASSERTS {locator: '¶14', date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶14', paragraph: 14}]->(article);

// Fact 24: who wrote it. The credit at the end of the article says so.
MATCH (nyt:Media {name: 'The New York Times'}), (article:Source), (washington:Place {name: 'Washington'}),
      (rappeport:Person {name: 'Alan Rappeport'}), (swanson:Person {name: 'Ana Swanson'})
CREATE (rappeport)-[s1:WROTE]->(article),
       (swanson)-[s2:WROTE]->(article),
       (article)-[s3:PUBLISHED_BY {date: date('2025-06-10'), date_basis: 'stated'}]->(nyt),
       (rappeport)-[s4:BASED_IN]->(washington),
       (swanson)-[s5:BASED_IN]->(washington),
       (rappeport)-[s6:WORKS_FOR]->(nyt),
       (swanson)-[s7:WORKS_FOR]->(nyt)
WITH nyt, article, [[s1, 15], [s2, 15], [s3, 15], [s4, 16], [s6, 16], [s5, 17], [s7, 17]] AS statements
UNWIND statements AS pair
WITH nyt, article, pair[0] AS s, pair[1] AS paragraph
CREATE (nyt)-[c:ASSERTS {locator: '¶' + toString(paragraph), date: date('2025-06-10'), date_basis: 'stated'}]->[s],
       [c]-[:CITED_IN {locator: '¶' + toString(paragraph), paragraph: paragraph}]->(article);
